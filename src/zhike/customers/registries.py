"""What higher rooms add to customers: panels, facets, columns, kinds of facts, and things to find."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.functional import Promise

from zhike.customers.listing.rows import Row
from zhike.customers.models import Customer, Listing
from zhike.kit.actor import Actor
from zhike.kit.registry import Registry

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class CustomerPanel:
    """A part of the customer page. `load` returns the context of `template`, or None to show nothing.

    "head" is the line under the name (class pills), "main" the wide column (above the timeline up to order 49), "rail"
    the narrow one.
    """

    key: str
    place: Literal["head", "main", "rail"]
    order: int
    permission: str
    template: str
    load: Callable[[Customer, Actor], dict[str, Any] | None]
    has_chart: bool = False  # then the page loads the script of charts


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what stands in the address, what people read, and its hue when it is a class."""

    value: str
    label: Text
    hue: str = ""
    group: Text = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter of the customer list; its key is the parameter in the address, which may be repeated (any of them).

    `choices` gives at most a few hundred values (fewer for a typed facet: none, then any text is taken).
    `apply` narrows the listing; `label_of` words a value that stands in the address, "" when it means nothing.
    `is_estimable`: it asks for values of a column whose common values the database keeps count of.
    `apply_for` stands for `apply` where the answer depends on who looks, such as whom they follow.
    """

    key: str
    label: Text
    choices: Callable[[Actor], Sequence[Choice]]
    apply: Callable[[QuerySet[Listing], Sequence[str]], QuerySet[Listing]]
    label_of: Callable[[str], Text]
    order: int = 100
    is_estimable: bool = False
    apply_for: Callable[[QuerySet[Listing], Sequence[str], Actor], QuerySet[Listing]] | None = None

    def narrow(self, rows: QuerySet[Listing], values: Sequence[str], actor: Actor) -> QuerySet[Listing]:
        """Return the rows that this filter lets through for the actor."""
        return self.apply_for(rows, values, actor) if self.apply_for else self.apply(rows, values)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list, of exports, or of both.

    On the page a cell is text or safe HTML. `cell` makes it of what the row holds already (class ids, value, …) and
    costs no query; else `load` gets the customer ids of the page and answers in at most one query: customer id → cell.
    `export` gets the ids of a batch and gives plain values for files: text, numbers, dates; None is an empty field.
    `numeric` cells stand at the right; `sort` is a key of `listing.queries.ORDERS` when the head sorts.
    """

    key: str
    label: Text
    cell: Callable[[Row], Any] | None = None
    load: Callable[[Sequence[int]], Mapping[int, Any]] | None = None
    export: Callable[[Sequence[int]], Mapping[int, Any]] | None = None
    numeric: bool = False
    sort: str = ""
    shown: bool = True  # unless somebody chose other columns
    order: int = 100
    note: Text = ""  # said where columns are chosen: why the head does not sort, say


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the list: `expression` over the listing, never NULL; `read` makes a cursor's value of the same type.

    `value_of` gives the value of one customer; `read` raises ValueError where it can make nothing of it.
    """

    expression: Any
    value_of: Callable[[int], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline: one fact, or neighbouring facts that refer to the same thing (the lines of an order).

    `attrs` holds those of the newest few; `count` and `amount` (minor units of `currency`; None: none has one) tell of
    all.
    """

    kind: str
    refers_kind: str
    refers_id: int | None
    occurred_at: datetime
    count: int
    amount: int | None
    currency: str
    attrs: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Said:
    """What the timeline says of an entry: `text`, perhaps a link (`link` its words), a longer `note`.

    `tone` is "", "good", "warn" or "bad".
    """

    text: Text
    url: str = ""
    link: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class FactKind:
    """How facts of a kind read on the timeline. `describe` gets all entries of the kind on a page, in order.

    It answers one for each, and makes at most one query. The amount is shown beside what it says.
    """

    key: str
    label: Text
    icon: str
    describe: Callable[[Sequence[Entry]], Sequence[Said]]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something on the timeline that is not a fact: when, what is said, and an icon."""

    at: datetime
    said: Said
    icon: str


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """What happened with a customer that is not a fact. They stand among the facts, and alone under `label`.

    `load(customer, since, until)` gives those from `since` (None: ever) to before `until` (None: now), newest
    first, in at most one query and no more than some hundred.
    """

    key: str
    label: Text
    permission: str
    load: Callable[[Customer, datetime | None, datetime | None], Sequence[TimelineEvent]]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: a line of the search page and of the palette."""

    label: str
    url: str
    note: Text = ""
    icon: str = "search"


@dataclass(frozen=True, slots=True)
class SearchSource:
    """Things that the one search box finds besides customers. `find(text, actor, limit)` asks the rights itself."""

    key: str
    label: Text
    permission: str
    find: Callable[[str, Actor, int], Sequence[Hit]]
    order: int = 100


# Where what can be shown is itself data (every scheme is a facet and a column), a source is asked each time.
facet_sources: Registry[Callable[[], Sequence[Facet]]] = Registry("customer facet sources")
column_sources: Registry[Callable[[], Sequence[Column]]] = Registry("listing column sources")
order_sources: Registry[Callable[[str], Order | None]] = Registry("listing order sources")
# ids of customers whom a text finds besides their names and contact points, few at most
customer_finders: Registry[Callable[[str], Sequence[int]]] = Registry("customer finders")


@dataclass(frozen=True, slots=True)
class BulkPage:
    """A page on which something is done to the ticked customers.

    Its address gets what the list's export gets: ids, or the filters of the list. `list_chosen` reads both.
    """

    key: str
    label: Text
    icon: str
    permission: str
    url_name: str


SHOWN_OF_SOURCE = 3
bulk_pages: Registry[BulkPage] = Registry("bulk pages")
customer_panels: Registry[CustomerPanel] = Registry("customer panels")
customer_facets: Registry[Facet] = Registry("customer facets")
listing_columns: Registry[Column] = Registry("listing columns")
fact_kinds: Registry[FactKind] = Registry("fact kinds")
timeline_sources: Registry[TimelineSource] = Registry("timeline sources")
search_sources: Registry[SearchSource] = Registry("search sources")


def find_order(key: str) -> Order | None:
    """Return an order that a source gives; None where there is none of that key."""
    return next((order for source in order_sources if (order := source(key))), None)


def all_facets() -> list[Facet]:
    """Return every filter of the list, in the order in which they are shown."""
    found = [*customer_facets, *(facet for source in facet_sources for facet in source())]
    return sorted(found, key=lambda facet: facet.order)


def all_columns() -> list[Column]:
    """Return every column of lists and exports, in the order in which they are shown; a key taken is not given again.

    Of what a source gives only the first few are shown unless somebody chose: a table of twelve pills tells nothing.
    """
    found = {column.key: column for column in listing_columns}
    for source in column_sources:
        for place, column in enumerate(sorted(source(), key=lambda one: one.order)):
            is_too_many = column.shown and place >= SHOWN_OF_SOURCE
            found.setdefault(column.key, replace(column, shown=False) if is_too_many else column)
    return sorted(found.values(), key=lambda column: column.order)
