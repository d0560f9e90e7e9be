"""What can be imported: rooms register their kinds here, each with its fields, its checks and the way it is merged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from django.utils.functional import Promise

from zhike.accounts.public import Actor
from zhike.kit.registry import Registry

type Text = str | Promise
type FieldType = Literal["text", "id", "instant", "date", "decimal", "integer", "currency", "choice", "lookup"]


@dataclass(frozen=True, slots=True)
class ImportField:
    """One thing that a column of a file can mean.

    `synonyms` are headings that mean it, in any writing of case, spaces and signs. `choices` maps what files write to
    what we keep (type choice). `look_up` answers for a column's distinct texts (type lookup); a text without an answer
    is a problem when the field is `strict`, else it is left out.
    """

    key: str
    label: Text
    type: FieldType = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    max_length: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    look_up: "Callable[[Sequence[str], Settings], Mapping[str, str]] | None" = None
    strict: bool = False
    unknown: str = "not_found"  # the problem of a text that a strict look-up does not answer
    checks: Mapping[str, str] = field(default_factory=dict)  # problem → SQL; only where a column means the field
    # of a field whose values are unique: value in small letters → the number of the customer who has it
    holders: "Callable[[Sequence[str], Settings], Mapping[str, str]] | None" = None


@dataclass(frozen=True, slots=True)
class Check:
    """A row is refused with `code` at `field` where `sql`, over the typed columns, is true."""

    code: str
    field: str
    sql: str


SOURCE = "import"  # of files that name none: the same file again finds what it brought before


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole of an import."""

    source: str
    currency: str
    time_zone: str
    by: Actor
    at: datetime
    owner_id: int | None  # of customers that the import makes
    overwrite: bool = False  # of what is known already; else only blanks are filled
    sample: bool = False

    @property
    def origin(self) -> str:
        """Return where customers of this import come from, as their profile says it; empty where nobody said."""
        return "" if self.source == SOURCE else self.source


class Lines(Protocol):
    """The checked rows of one batch, in the working file of the import."""

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """Answer a query over the table `batch`, the accepted rows of this batch in file order."""
        ...

    def copy_to(self, cursor: Any, table: str, sql: str) -> None:
        """Send a query over `batch` into a table of the database, whose columns are in the same order."""
        ...


type Counts = dict[str, dict[str, int]]  # {"orders": {"created": 3, "updated": 0, "unchanged": 1}, …}


@dataclass(frozen=True, slots=True)
class ImportKind:
    """How files of one kind become records.

    Rows with the same `group` (SQL over the typed columns) come in the same batch. `agree` are fields that may not
    differ within a group: the rows that differ from the group's first are refused. `merge` writes one batch, in the
    caller's transaction, and counts; with `write` false it only counts. `distinct` counts, over the table `checked`
    of the whole file, what `merge` cannot count batch by batch: {"customers": "count(DISTINCT …)"}.
    """

    key: str
    label: Text
    noun: Text  # what it makes
    fields: tuple[ImportField, ...]
    group: str
    merge: Callable[[Any, Lines, Settings, bool], Counts]
    agree: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    # further columns: SQL over the typed ones, `$currency` of amounts without one, `$scale` minor units in one of it
    derived: Mapping[str, str] = field(default_factory=dict)
    distinct: Mapping[str, str] = field(default_factory=dict)
    any_of: tuple[tuple[str, ...], ...] = ()  # of each of these fields at least one must be mapped
    counted: str = "customers"  # what of the counts is told first; the others come along with it
    customer_field: str = ""  # the field that holds the customer's external id
    icon: str = "table-import"
    order: int = 100
    more_fields: "Callable[[], Sequence[ImportField]] | None" = None  # fields that are themselves data

    def field(self, key: str) -> ImportField:
        return next(one for one in self.fields if one.key == key)


class ImportKinds(Registry[ImportKind]):
    """Gives a kind with all fields that it has now."""

    def __getitem__(self, key: str) -> ImportKind:
        kind = super().__getitem__(key)
        return replace(kind, fields=(*kind.fields, *kind.more_fields())) if kind.more_fields else kind


import_kinds = ImportKinds("import kinds")
