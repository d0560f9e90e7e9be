"""What a list shows: filters, order and columns, all of them in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Listing
from zhike.customers.registries import Column, Facet, Text, all_facets, find_order
from zhike.customers.rights import visible_listing
from zhike.customers.search.queries import narrow_by_text
from zhike.kit.actor import Actor
from zhike.kit.text import tidy
from zhike.ui.public import Chip, change_address, chosen_keys

DEFAULT_SORT = "-value"
SORTS = {"value", "name", "created", "last_purchase"}
LONGEST_VALUE = 100
MOST_VALUES = 20
FEW_FILTERS = 2  # beyond, that filters depend on each other weighs too much


@dataclass(frozen=True)
class Filters:
    """The filters of a list. `chosen` maps a facet's key to its values, any of which will do."""

    params: QueryDict
    text: str = ""
    chosen: Mapping[str, list[str]] = field(default_factory=dict)
    archived: bool = False
    sort: str = DEFAULT_SORT
    facets: Mapping[str, Facet] = field(default_factory=dict)
    _narrowed: dict[Actor, QuerySet[Listing]] = field(default_factory=dict)

    def rows_for(self, actor: Actor) -> QuerySet[Listing]:
        """Return the rows that the filters let through and the actor may know of; looked up once for page and count."""
        if actor not in self._narrowed:
            self._narrowed[actor] = self.apply(visible_listing(actor), actor)
        return self._narrowed[actor].all()

    def apply(self, rows: QuerySet[Listing], actor: Actor) -> QuerySet[Listing]:
        """Narrow listing rows to those that the filters let through; some ask who looks."""
        rows = rows.filter(archived=self.archived)
        for key, values in self.chosen.items():
            rows = self.facets[key].narrow(rows, values, actor)
        return narrow_by_text(rows, self.text)

    @property
    def is_narrow(self) -> bool:
        return bool(self.chosen or self.text or self.archived)

    @property
    def is_estimable(self) -> bool:
        """Whether the planner's estimate can be believed: it takes filters to be independent of each other."""
        plain = [self.facets[key].is_estimable and len(values) == 1 for key, values in self.chosen.items()]
        return all(plain) and len(plain) <= FEW_FILTERS and not (self.text or self.archived)

    def address(self, **changes: object) -> str:
        """Return the query string with some parameters changed (None: left out), and from the first page."""
        return change_address(self.params, **changes)

    def chips(self) -> list[Chip]:
        """Return the filters that hold, for people to read and take away. What means nothing is not shown."""
        found = []
        for key, values in self.chosen.items():
            facet = self.facets[key]
            words = [str(label) for value in values if (label := facet.label_of(value))]
            operator = _("is any of") if len(words) > 1 else _("is")
            found.append(self._chip(key, facet.label, operator, "、".join(words) or values[0]))
        if self.text:
            found.append(self._chip("q", _("Customer"), _("holds"), self.text))
        if self.archived:
            found.append(self._chip("archived", _("State"), _("is"), str(_("Archived"))))
        return found

    def _chip(self, key: str, label: Text, operator: Text, value: str) -> Chip:
        return Chip(key, label, operator, value, self.address(**{key: None}), self.address(only=key))


def read_filters(params: QueryDict) -> Filters:
    """Return the filters that an address holds; parameters that no facet knows are ignored."""
    facets = {facet.key: facet for facet in all_facets()}
    chosen = {}
    for key in facets:
        if values := [text for value in params.getlist(key)[:MOST_VALUES] if (text := tidy(value[:LONGEST_VALUE]))]:
            chosen[key] = values
    sort = params.get("sort", DEFAULT_SORT)
    return Filters(
        params=params,
        text=tidy(params.get("q", "")),
        chosen=chosen,
        archived=params.get("archived") == "1",
        sort=sort if sort.removeprefix("-") in SORTS or find_order(sort.removeprefix("-")) else DEFAULT_SORT,
        facets=facets,
    )


def chosen_columns(params: QueryDict, columns: Sequence[Column], remembered: Sequence[str] = ()) -> list[Column]:
    """Return which of `columns` to show: those that the address names, else those remembered, else the usual ones."""
    if names := chosen_keys(params) or remembered:
        return [column for column in columns if column.key in names]
    return [column for column in columns if column.shown]
