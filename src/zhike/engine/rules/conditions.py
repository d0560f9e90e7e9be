"""Conditions made ready to compare: values typed, days since a date turned into dates, ratios into products.

Percents of everybody's become amounts.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from zhike.engine.rules.ast import Bucket, Condition, Did, Measured, Op, Scalar
from zhike.engine.rules.formulas import Formula
from zhike.engine.rules.traits import Form, Trait, TraitType
from zhike.engine.rules.values import as_number, values_of
from zhike.engine.rules.windows import Moment, month_days

type Ready = str | int | Decimal | date

DRAWS = 65_536  # places of a draw by lot: four hexadecimal digits tell so many apart
MOST = 2**63 - 1  # of amounts, in either direction
MICRO = 1_000_000  # quantities of facts are kept in millionths
TEXTS = (TraitType.TEXT, TraitType.CHOICE, TraitType.TAGS, TraitType.PLACE)
OPPOSITES = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.HAS_NONE: Op.HAS_ANY, Op.IS_SET: Op.IS_EMPTY}
_MIRRORED = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}


@dataclass(frozen=True, slots=True)
class ReadyCondition:
    """A condition over a column: `values` have the column's type, or that of column / denominator.

    With `month_in`, `day_in` and `yearly_in_next` they are numbers of a month, a day, or month × 100 + day. With a
    `path` the column holds a JSON object as text, and the value compared is its entry of that name; with a `formula` it
    is that result.
    """

    column: str
    op: Op
    values: tuple[Ready, ...]
    type: TraitType
    denominator: str = ""
    path: str = ""
    formula: Formula | None = None
    answer: bool | None = None  # where it is the same for everybody

    def opposite(self) -> "ReadyCondition | None":
        """Return the condition that this one denies, None where it denies none."""
        return replace(self, op=OPPOSITES[self.op]) if self.op in OPPOSITES else None


def ready(leaf: Condition, trait: Trait, moment: Moment) -> ReadyCondition:
    """Return the condition in terms of its column. The rule has passed `check_rule`.

    Days since a date become dates, so that no dialect does arithmetic with days:
    "more than 90 days since" is "before the day 90 days ago".
    """
    found = _ready(leaf, trait, moment)
    return replace(found, path=trait.path, formula=trait.formula) if trait.path or trait.formula else found


def _ready(leaf: Condition, trait: Trait, moment: Moment) -> ReadyCondition:
    given, as_of = values_of(leaf.value), moment.as_of
    if trait.type in TEXTS:
        return ReadyCondition(trait.source, leaf.op, tuple(str(one) for one in given), trait.type)
    if trait.type is TraitType.DATE:
        return _ready_date(leaf.op, given, trait, moment)
    numbers = [exact(one) for one in given]
    if trait.form is Form.DAYS_SINCE:
        days = [as_of - timedelta(days=int(one)) for one in numbers]
        if leaf.op is Op.BETWEEN:
            days.reverse()
        return ReadyCondition(trait.source, _MIRRORED.get(leaf.op, leaf.op), tuple(days), TraitType.DATE)
    if trait.form is Form.OF_ALL:
        return _of_all(leaf.op, [Fraction(one) for one in numbers], trait, moment)
    denominator = trait.denominator if trait.form is Form.RATIO else ""
    return ReadyCondition(trait.source, leaf.op, tuple(numbers), trait.type, denominator)


def _of_all(op: Op, percents: list[Fraction], trait: Trait, moment: Moment) -> ReadyCondition:
    """Return a comparison with percents of everybody's as one with whole amounts, exact in every dialect.

    Where everybody's is not known or not above 0, nobody has a share.
    """
    plain = OPPOSITES.get(op, op)
    if moment.revenue is None or moment.revenue <= 0:
        return ReadyCondition(trait.source, op, (), TraitType.MONEY, answer=plain is Op.IS_EMPTY)
    wanted = [one * moment.revenue / 100 for one in percents]
    match plain:
        case Op.EQ | Op.IN:
            amounts = [int(one) for one in wanted if one.denominator == 1]
        case Op.GE | Op.LT:
            amounts = [ceil(one) for one in wanted]
        case Op.BETWEEN:
            amounts = [ceil(wanted[0]), floor(wanted[1])]
        case _:
            amounts = [floor(one) for one in wanted]
    held = tuple(max(min(one, MOST), -MOST) for one in amounts)
    never = plain in (Op.EQ, Op.IN) and not held
    return ReadyCondition(trait.source, op, held, TraitType.MONEY, answer=False if never else None)


def _ready_date(op: Op, given: tuple[Scalar, ...], trait: Trait, moment: Moment) -> ReadyCondition:
    values: tuple[Ready, ...]
    as_of = moment.as_of
    match op:
        case Op.IN_LAST:
            op, values = Op.BETWEEN, (as_of - timedelta(days=int(given[0])), moment.until - timedelta(days=1))
        case Op.IN_NEXT:
            op, values = Op.BETWEEN, (as_of, as_of + timedelta(days=int(given[0]) - 1))
        case Op.MONTH_IN | Op.DAY_IN:
            values = tuple(int(one) for one in given)
        case Op.YEARLY_IN_NEXT:
            values = tuple(month_days(as_of, int(given[0])))
        case _:
            values = tuple(date.fromisoformat(str(one)) for one in given)
    return ReadyCondition(trait.source, op, values, trait.type)


def exact(value: Scalar) -> int | Decimal:
    """Return a checked number, a whole one as int."""
    number = as_number(value) or Decimal(0)
    return int(number) if number == int(number) else number


def turned(leaf: Did) -> int:
    """Return −1 where a trend or share turns what it measures: amounts and quantities sent back are below nothing."""
    return -1 if leaf.happening.fact == "return" and leaf.property in ("amount", "quantity") else 1


def hundredths(leaf: Did) -> list[int]:
    """Return the checked percents of a trend or share as hundredths, of a trend with the 100 that it starts from."""
    start = 100 if leaf.measured is Measured.TREND else 0
    return [int((exact(one) + start) * 100) for one in values_of(leaf.value)]


def drawn_between(leaf: Bucket) -> tuple[int, int]:
    """Return the places [low, high) among DRAWS that a checked bucket takes."""
    low, high = (int((as_number(one) or 0) * DRAWS / 100) for one in (leaf.low, leaf.high))
    return low, high
