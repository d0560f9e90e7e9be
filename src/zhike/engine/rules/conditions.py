"""Conditions made ready to compare: values typed, days since a date turned into dates, ratios into products."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from zhike.engine.rules.ast import Condition, Op
from zhike.engine.rules.check import as_number
from zhike.engine.rules.traits import Form, Trait, TraitType

type Ready = str | int | Decimal | date

_MIRRORED = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}


@dataclass(frozen=True, slots=True)
class ReadyCondition:
    """A condition over a column: `values` have the column's type, or that of column / denominator."""

    column: str
    op: Op
    values: tuple[Ready, ...]
    type: TraitType
    denominator: str = ""


def ready(leaf: Condition, trait: Trait, as_of: date) -> ReadyCondition:
    """Return the condition in terms of its column. The rule has passed `check_rule`.

    Days since a date become dates, so that no dialect does arithmetic with days:
    "more than 90 days since" is "before the day 90 days ago".
    """
    given = leaf.value if isinstance(leaf.value, tuple) else () if leaf.value is None else (leaf.value,)
    if trait.type in (TraitType.TEXT, TraitType.CHOICE, TraitType.TAGS):
        return ReadyCondition(trait.source, leaf.op, tuple(str(one) for one in given), trait.type)
    if trait.type is TraitType.DATE:
        dates = tuple(date.fromisoformat(str(one)) for one in given)
        return ReadyCondition(trait.source, leaf.op, dates, trait.type)
    numbers = [_exact(as_number(one) or Decimal(0)) for one in given]
    if trait.form is Form.DAYS_SINCE:
        days = [as_of - timedelta(days=int(one)) for one in numbers]
        if leaf.op is Op.BETWEEN:
            days.reverse()
        return ReadyCondition(trait.source, _MIRRORED.get(leaf.op, leaf.op), tuple(days), TraitType.DATE)
    denominator = trait.denominator if trait.form is Form.RATIO else ""
    return ReadyCondition(trait.source, leaf.op, tuple(numbers), trait.type, denominator)


def _exact(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number
