"""Traits: what a rule may ask about a customer. Other rooms add theirs to the registry `traits`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhike.engine.rules.ast import Op
from zhike.kit.registry import Registry


class TraitType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"  # minor units of the organisation's currency
    DATE = "date"  # a day in the organisation's zone
    CHOICE = "choice"  # one key of a list
    TAGS = "tags"  # a list of texts


class Form(StrEnum):
    """How a trait comes from its column."""

    COLUMN = "column"  # the column itself
    DAYS_SINCE = "days_since"  # whole days from the date in the column to the day of judgement
    RATIO = "ratio"  # column / denominator; none where the denominator is 0


_EQUAL = (Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.IS_EMPTY, Op.IS_SET)
_ORDER = (Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)
OPS: Mapping[TraitType, tuple[Op, ...]] = {
    TraitType.TEXT: (*_EQUAL, Op.CONTAINS, Op.STARTS_WITH),
    TraitType.CHOICE: _EQUAL,
    TraitType.NUMBER: (*_EQUAL, *_ORDER),
    TraitType.MONEY: (*_EQUAL, *_ORDER),
    TraitType.DATE: (*_EQUAL, *_ORDER),
    TraitType.TAGS: (Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE, Op.IS_EMPTY, Op.IS_SET),
}


@dataclass(frozen=True, slots=True)
class Trait:
    """`column` names the column of the customer table that every dialect has; by default the key."""

    key: str
    type: TraitType
    column: str = ""
    form: Form = Form.COLUMN
    denominator: str = ""
    label: object = ""

    @property
    def source(self) -> str:
        return self.column or self.key


traits: Registry[Trait] = Registry("traits")


def _add_own() -> None:
    text, choice, number, money, date = (
        TraitType.TEXT,
        TraitType.CHOICE,
        TraitType.NUMBER,
        TraitType.MONEY,
        TraitType.DATE,
    )
    for one in (
        Trait("kind", choice),
        Trait("name", text),
        Trait("country", choice),
        Trait("province", choice),
        Trait("city", choice),
        Trait("district", choice),
        Trait("industry", text),
        Trait("employees", number),
        Trait("gender", choice),
        Trait("birthday", date),
        Trait("source", text),
        Trait("owner", number, column="owner_id"),
        Trait("tags", TraitType.TAGS),
        Trait("created_day", date),
        Trait("first_day", date),
        Trait("last_day", date),
        Trait("recency_days", number, column="last_day", form=Form.DAYS_SINCE),
        Trait("days_as_customer", number, column="first_day", form=Form.DAYS_SINCE),
        Trait("frequency", number),
        Trait("monetary", money),
        Trait("purchase_days_total", number),
        Trait("average_order", money, column="monetary", form=Form.RATIO, denominator="frequency"),
        Trait("rfm_r", number),
        Trait("rfm_f", number),
        Trait("rfm_m", number),
    ):
        traits.add(one.key, one)


_add_own()
