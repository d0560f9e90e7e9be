"""Whether leaves about facts can be computed: kinds, properties, values and windows."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from zhike.engine.rules.ast import (
    Against,
    Did,
    Happening,
    Measured,
    Op,
    PropertyTest,
    Scalar,
    Sequence,
    Unit,
    Window,
)
from zhike.engine.rules.traits import OPS, TraitType, fact_properties
from zhike.engine.rules.values import (
    MOST_DAYS,
    Found,
    as_number,
    date_problem,
    number_problem,
    text_problem,
    value_count_problem,
    values_of,
    whole_problem,
)
from zhike.engine.rules.windows import LONGEST

KIND = re.compile(r"[a-z][a-z0-9_.:-]{0,39}")
PROPERTY = re.compile(r"[^\W\d][\w-]{0,59}")  # a letter, then letters, digits, _ and -: no dialect reads more into it
MOST_TESTS = 20
COUNTS = (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)
ORDER = (Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)
PERCENTS = (Measured.TREND, Measured.SHARE)
MOST_PERCENT = 100_000
LONGEST_BESIDE_YEAR = {Unit.DAY: 365, Unit.WEEK: 52, Unit.MONTH: 12, Unit.QUARTER: 4, Unit.YEAR: 1}
TAKES_PROPERTY = {Measured.SUM, Measured.AVERAGE, Measured.LEAST, Measured.MOST}
OPEN_OPS = OPS[TraitType.TEXT] + ORDER  # of a property that is not registered
type Found3 = Iterator[tuple[str, str, str]]


def did_problems(leaf: Did) -> Found3:
    """Yield (path below the leaf, code, reason)."""
    yield from _happening_problems(leaf.happening, "")
    if found := _property_problem(leaf):
        yield "", *found
    if leaf.op not in COUNTS:
        yield "", "wrong_op", f"{leaf.measured} cannot be compared by {leaf.op}"
    elif found := value_count_problem(leaf.op, leaf.value) or _measured_value_problem(leaf):
        yield "", *found
    if found := window_problem(leaf.window):
        yield ".window", *found
    elif leaf.measured is Measured.TREND:
        if reason := trend_problem(leaf):
            yield ".window", "no_stretch", reason
    elif leaf.against is not Against.BEFORE:
        yield "", "needless_value", f"{leaf.measured} is compared with no other time"
    if leaf.measured is Measured.SHARE and not leaf.happening.where:
        yield "", "no_part", "a share says of which part: where …"


def trend_problem(leaf: Did) -> str | None:
    """Return what keeps a sound window from being compared with an earlier one."""
    window = leaf.window
    if not (window.last or window.calendar or (window.start and window.end)):
        return "a trend has a window with a start and an end: last 90 days, calendar month, from … to …"
    if leaf.against is Against.BEFORE:
        return None
    if window.last and window.last > LONGEST_BESIDE_YEAR.get(window.unit, 0):
        return "a window beside the year before is of days to years, and not longer than a year"
    if window.start and date.fromisoformat(window.end) - date.fromisoformat(window.start) >= timedelta(days=366):
        return "a window beside the year before is not longer than a year"
    return None


def sequence_problems(leaf: Sequence) -> Found3:
    yield from _happening_problems(leaf.first, ".first")
    yield from _happening_problems(leaf.then, ".then")
    if reason := whole_problem(leaf.within_days, 1, MOST_DAYS):
        yield ".within_days", "wrong_window", reason
    if found := window_problem(leaf.window):
        yield ".window", *found


def window_problem(window: Window) -> Found:
    """Return what is wrong with a window: its length, its days, or its unit."""
    if window.last and not 1 <= window.last <= LONGEST[window.unit]:
        return "wrong_window", f"from 1 to {LONGEST[window.unit]} {window.unit}s are wanted"
    if window.calendar:
        if window.calendar in (Unit.HOUR, Unit.DAY):
            return "wrong_window", "a calendar window is a week, month, quarter or year"
        if not 0 <= window.back <= LONGEST[window.calendar]:
            return "wrong_window", f"back is from 0 to {LONGEST[window.calendar]}"
    for day in filter(None, (window.start, window.end)):
        if reason := date_problem(day):
            return "wrong_window", reason
        if not "1900" <= day[:4] <= "2100":
            return "wrong_window", "years from 1900 to 2100 are wanted"
    if window.start and window.end and window.start > window.end:
        return "wrong_window", "the window ends before it begins"
    return None


def _happening_problems(happening: Happening, path: str) -> Found3:
    if not KIND.fullmatch(happening.fact):
        yield path, "unknown_fact", f"there is no kind of fact {happening.fact[:60]!r}"
    if len(happening.where) > MOST_TESTS:
        yield path, "too_many", f"more than {MOST_TESTS} properties are asked for"
        return
    for place, test in enumerate(happening.where):
        if found := _test_problem(test):
            yield f"{path}.where[{place}]", *found


def _property_problem(leaf: Did) -> Found:
    if leaf.measured in PERCENTS and not leaf.property:
        return None  # of how many times
    if leaf.measured not in TAKES_PROPERTY and leaf.measured not in PERCENTS:
        return ("needless_value", f"{leaf.measured} takes no property") if leaf.property else None
    known = fact_properties.get(leaf.property)
    if not PROPERTY.fullmatch(leaf.property):
        return "unknown_property", f"{leaf.measured} takes a property of the fact"
    if known and known.type not in (TraitType.NUMBER, TraitType.MONEY):
        return "wrong_op", f"{leaf.property} is no number"
    return None


def _measured_value_problem(leaf: Did) -> Found:
    for value in values_of(leaf.value):
        if leaf.measured is Measured.COUNT:
            reason = whole_problem(value, 0, 10**9)
        elif leaf.measured in (Measured.FIRST, Measured.LAST):
            reason = whole_problem(value, 0, MOST_DAYS)
        elif leaf.measured in PERCENTS:
            reason = _percent_problem(value)
        else:
            known = fact_properties.get(leaf.property)
            # The average of amounts in minor units need not be whole.
            money = known is not None and known.type is TraitType.MONEY and leaf.measured is not Measured.AVERAGE
            reason = number_problem(value, whole=money)
        if reason:
            return "wrong_value", reason
    return None


def _percent_problem(value: Scalar) -> str | None:
    number = as_number(value)
    good = number is not None and abs(number) <= MOST_PERCENT and number == round(number, 2)
    return None if good else f"percents are from -{MOST_PERCENT} to {MOST_PERCENT}, with at most 2 decimal places"


def _test_problem(test: PropertyTest) -> Found:
    if not PROPERTY.fullmatch(test.property):
        return "unknown_property", f"{test.property[:60]!r} is no name of a property"
    known = fact_properties.get(test.property)
    if test.op not in (OPS[known.type] if known else OPEN_OPS):
        return "wrong_op", f"{test.property} cannot be compared by {test.op}"
    if found := value_count_problem(test.op, test.value):
        return found
    for value in values_of(test.value):
        if is_number_test(test):
            reason = number_problem(value, whole=known is not None and known.type is TraitType.MONEY)
        else:
            reason = text_problem(value)
        if reason:
            return "wrong_value", reason
    return None


def is_number_test(test: PropertyTest) -> bool:
    """Tell whether a property is read as a number: a registered one by its type, another by how it is compared."""
    known = fact_properties.get(test.property)
    if known:
        return known.type in (TraitType.NUMBER, TraitType.MONEY)
    values = values_of(test.value)
    return test.op in ORDER or (bool(values) and not any(isinstance(one, str) for one in values))
