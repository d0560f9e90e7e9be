"""Traits: what a rule may ask about a customer, and properties of facts. Other rooms add theirs to the registries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zhike.engine.rules.ast import Op, Rule, trait_keys
from zhike.engine.rules.formulas import Formula, columns_of
from zhike.kit.registry import Registry


class TraitType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"  # minor units of the organisation's currency
    DATE = "date"  # a day in the organisation's zone
    CHOICE = "choice"  # one key of a list
    TAGS = "tags"  # a list of texts: tags, choices of several
    PLACE = "place"  # where the customer is: a country, or a division code; a province holds its cities and districts


class Form(StrEnum):
    """How a trait comes from its column."""

    COLUMN = "column"  # the column itself
    DAYS_SINCE = "days_since"  # whole days from the date in the column to the day of judgement
    RATIO = "ratio"  # column / denominator; none where the denominator is 0
    FORMULA = "formula"  # computed from several columns
    OF_ALL = "of_all"  # the column in percent of everybody's, which the moment of judgement gives


PLACE_COLUMNS = ("country", "province", "city", "district")
_EQUAL = (Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.IS_EMPTY, Op.IS_SET)
_ORDER = (Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)
OPS: Mapping[TraitType, tuple[Op, ...]] = {
    TraitType.TEXT: (*_EQUAL, Op.CONTAINS, Op.STARTS_WITH),
    TraitType.CHOICE: _EQUAL,
    TraitType.NUMBER: (*_EQUAL, *_ORDER),
    TraitType.MONEY: (*_EQUAL, *_ORDER),
    TraitType.DATE: (*_EQUAL, *_ORDER, Op.IN_LAST, Op.IN_NEXT, Op.MONTH_IN, Op.DAY_IN, Op.YEARLY_IN_NEXT),
    TraitType.TAGS: (Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE, Op.IS_EMPTY, Op.IS_SET),
    TraitType.PLACE: _EQUAL,
}


@dataclass(frozen=True, slots=True)
class Trait:
    """`column` names the column of the customer table that every dialect has; by default the key.

    `path` is the name of the value within a column that holds a JSON object (fields that an organisation added).
    `formula` is what Form.FORMULA computes.
    `choices` gives the values that may be chosen, as (value, name); None: any. With
    `only_choices` a customer can have no others.
    """

    key: str
    type: TraitType
    column: str = ""
    form: Form = Form.COLUMN
    denominator: str = ""
    label: object = ""
    path: str = ""
    formula: Formula | None = None
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    only_choices: bool = False

    @property
    def source(self) -> str:
        return self.column or self.key

    @property
    def sources(self) -> set[str]:
        """The columns that it reads."""
        if self.formula:
            return set(columns_of(self.formula.steps))
        return {self.source, self.denominator} - {""}


class Traits(Registry[Trait]):
    """The registered traits, and those that sources give when asked: of what is itself data.

    A source is asked by `prefix` of the key, and gives its traits by key.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._sources: dict[str, Callable[[], Mapping[str, Trait]]] = {}

    def add_source(self, prefix: str, source: Callable[[], Mapping[str, Trait]]) -> None:
        self._sources[prefix] = source

    def get(self, key: str) -> Trait | None:
        for prefix, source in self._sources.items():
            if key.startswith(prefix):
                return source().get(key)
        return super().get(key)

    def __getitem__(self, key: str) -> Trait:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __iter__(self) -> Iterator[Trait]:
        yield from super().__iter__()
        for source in self._sources.values():
            yield from source().values()

    def __len__(self) -> int:
        return len(self.keys())

    def keys(self) -> list[str]:
        return [one.key for one in self]


traits = Traits("traits")


def asks_revenue(rule: Rule) -> bool:
    """Tell whether a rule asks for a share of everybody's net amount."""
    found = map(traits.get, trait_keys(rule))
    return any(one is not None and one.form is Form.OF_ALL for one in found)


@dataclass(frozen=True, slots=True)
class FactProperty:
    """A property of facts that a rule may ask for. One that is not registered is read from the fact's `attrs`.

    `type` is TEXT, CHOICE, NUMBER or MONEY (minor units of the organisation's currency).
    """

    key: str
    type: TraitType
    label: object = ""


fact_properties: Registry[FactProperty] = Registry("fact properties")


def _own(kind: TraitType, *keys: str) -> Iterator[Trait]:
    return (Trait(key, kind) for key in keys)


OWN = (
    *_own(TraitType.CHOICE, "kind", "country", "province", "city", "district", "gender"),
    *_own(TraitType.TEXT, "name", "industry", "source"),
    *_own(TraitType.NUMBER, "employees", "frequency", "purchase_days_total", "rfm_r", "rfm_f", "rfm_m"),
    *_own(TraitType.DATE, "birthday", "created_day", "first_day", "last_day"),
    *_own(TraitType.MONEY, "monetary"),
    *_own(TraitType.TAGS, "tags"),
    Trait("place", TraitType.PLACE, column="province"),
    Trait("owner", TraitType.NUMBER, column="owner_id"),
    Trait("recency_days", TraitType.NUMBER, column="last_day", form=Form.DAYS_SINCE),
    Trait("days_as_customer", TraitType.NUMBER, column="first_day", form=Form.DAYS_SINCE),
    Trait("revenue_share", TraitType.NUMBER, column="monetary", form=Form.OF_ALL),
    Trait("average_order", TraitType.MONEY, column="monetary", form=Form.RATIO, denominator="frequency"),
)


def _add_own() -> None:
    for one in OWN:
        traits.add(one.key, one)


def _add_properties() -> None:
    for key, kind in (
        ("product", TraitType.CHOICE),  # its article number
        ("category", TraitType.CHOICE),  # of the product
        ("channel", TraitType.CHOICE),
        ("currency", TraitType.CHOICE),
        ("amount", TraitType.MONEY),
        ("quantity", TraitType.NUMBER),
    ):
        fact_properties.add(key, FactProperty(key, kind))


_add_own()
_add_properties()
