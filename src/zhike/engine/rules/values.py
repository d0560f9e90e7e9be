"""Values of leaves: whether they have the number, type and size that a comparison takes."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from zhike.engine.rules.ast import Op, Scalar, Value

MAX_VALUES = 1000
MAX_TEXT = 500
LARGEST = 10**15
MOST_DAYS = 36_500
LISTS = {Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE, Op.MONTH_IN, Op.DAY_IN}
NO_VALUE = {Op.IS_EMPTY, Op.IS_SET}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
type Found = tuple[str, str] | None  # code and reason of a problem


def values_of(value: Value) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def value_count_problem(op: Op, value: Value) -> Found:
    """Return what is wrong with how many values a comparison has."""
    if op in NO_VALUE:
        return None if value is None else ("needless_value", f"{op} takes no value")
    if isinstance(value, tuple) != (op in LISTS or op is Op.BETWEEN):
        return "wrong_value", f"{op} takes {'a list' if op in LISTS or op is Op.BETWEEN else 'one value'}"
    values = value if isinstance(value, tuple) else (value,)
    if None in values or not 0 < len(values) <= MAX_VALUES or (op is Op.BETWEEN and len(values) != 2):
        return "wrong_value", f"{op} takes another number of values"
    return None


def text_problem(value: Scalar) -> str | None:
    good = isinstance(value, str) and 0 < len(value) <= MAX_TEXT and is_storable(value)
    return None if good else f"a text of 1 to {MAX_TEXT} characters is wanted"


def is_storable(text: str) -> bool:
    """Tell whether every database takes the text: no zero character, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def date_problem(value: Scalar) -> str | None:
    try:
        good = isinstance(value, str) and DAY.fullmatch(value) and date.fromisoformat(value)
    except ValueError:
        good = None
    return None if good else "a date such as 2026-11-22 is wanted"


def number_problem(value: Scalar, *, whole: bool) -> str | None:
    number = as_number(value)
    if number is None or abs(number) > LARGEST or number != round(number, 6):
        return "a number is wanted, of at most 15 digits and 6 decimal places"
    return "a whole number is wanted" if whole and number != int(number) else None


def whole_problem(value: Scalar, least: int, most: int) -> str | None:
    number = as_number(value)
    good = number is not None and least <= number <= most and number == int(number)
    return None if good else f"a whole number from {least} to {most} is wanted"


def as_number(value: Scalar | None) -> Decimal | None:
    """Return a value as an exact number; None where it is not one."""
    try:
        found = Decimal(value) if value is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None
