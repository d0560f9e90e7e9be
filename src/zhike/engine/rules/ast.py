"""The rule language: what may be asked of a customer, joined by all, any and not. Frozen values.

`document.py` reads and writes them as JSON, `parsing.py` and `printing.py` as text; `compile.py` makes SQL of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

type Scalar = str | int | Decimal
type Value = Scalar | tuple[Scalar, ...] | None


class Op(StrEnum):
    """How a leaf compares. `ne`, `not_in` and `has_none` are the opposites of `eq`, `in` and `has_any`.

    An empty value meets the opposites and no other comparison.
    """

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IS_EMPTY = "is_empty"
    IS_SET = "is_set"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"  # both ends count
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    HAS_NONE = "has_none"
    IN_LAST = "in_last"  # a date in the n days before the day of judgement D: [D − n, D)
    IN_NEXT = "in_next"  # in the n days from D on: [D, D + n)
    MONTH_IN = "month_in"  # the date's month, 1 to 12
    DAY_IN = "day_in"  # its day of the month, 1 to 31
    YEARLY_IN_NEXT = "yearly_in_next"  # its day of the year comes in [D, D + n); 29 February comes on 28 otherwise


class Measured(StrEnum):
    """What is measured of the facts that a leaf asks for."""

    COUNT = "count"  # how many times
    SUM = "sum"  # of a property
    AVERAGE = "average"
    LEAST = "least"
    MOST = "most"
    FIRST = "first"  # days since the first
    LAST = "last"  # days since the last
    TREND = "trend"  # by how many percent a count or sum differs from that of an earlier stretch of time
    SHARE = "share"  # how many percent of the customer's facts of the kind, or of their sum, pass the tests


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Against(StrEnum):
    """With which stretch of time a trend compares its window."""

    BEFORE = "before"  # the one of the same kind and length right before it
    YEAR = "year"  # the same days a year earlier


@dataclass(frozen=True, slots=True)
class Window:
    """When facts count. They lie before the day of judgement D always; nothing given: all of them.

    `last` units back from D (`unit` hour to year, rolling) · from `start` to `end` (days as "2026-11-22", both count,
    either may be missing) · the `calendar` unit (week to year) that holds D, or the one `back` units earlier.
    """

    last: int = 0
    unit: Unit = Unit.DAY
    start: str = ""
    end: str = ""
    calendar: Unit | None = None
    back: int = 0


EVER = Window()


@dataclass(frozen=True, slots=True)
class Condition:
    """A leaf: the trait named `trait` compared with `value`."""

    trait: str
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class InClass:
    """A leaf: the customer is in one of these classes of another scheme, without a break for at least `days` days."""

    scheme_id: int
    class_ids: tuple[int, ...]
    days: int = 0


@dataclass(frozen=True, slots=True)
class PropertyTest:
    """A property of a fact compared with a value."""

    property: str
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Facts of a kind whose properties pass every test."""

    fact: str
    where: tuple[PropertyTest, ...] = ()


@dataclass(frozen=True, slots=True)
class Did:
    """A leaf: what is measured of the happening in the window, compared with `value`.

    `property` is what `sum`, `average`, `least` and `most` take; `first` and `last` compare days since. `trend` and
    `share` compare percents, of sums with a property and of counts without; what comes back counts there as more than
    nothing. Without such facts a count is 0 and every other comparison fails; so does a trend or share of nothing (of
    a sum that is not above 0).
    """

    happening: Happening
    op: Op
    value: Value
    measured: Measured = Measured.COUNT
    property: str = ""
    window: Window = EVER
    against: Against = Against.BEFORE  # of a trend


@dataclass(frozen=True, slots=True)
class Sequence:
    """A leaf: `first` happened and `then` after it, at most `within_days` days (of 24 hours) later, both in the window.

    The same fact, and two at the same instant, are no sequence.
    """

    first: Happening
    then: Happening
    within_days: int
    window: Window = EVER


@dataclass(frozen=True, slots=True)
class Bucket:
    """A leaf: the customer's place among 100 percent, drawn once by `salt` and id, lies in [low, high)."""

    salt: str
    low: Scalar
    high: Scalar


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class NotOf:
    part: "Rule"


type Leaf = Condition | InClass | Did | Sequence | Bucket
type Rule = Leaf | AllOf | AnyOf | NotOf


def leaves(rule: Rule, path: str = "rule") -> Iterator[tuple[str, Leaf]]:
    """Yield every leaf with its path, in reading order."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            word = "all" if isinstance(rule, AllOf) else "any"
            for place, part in enumerate(parts):
                yield from leaves(part, f"{path}.{word}[{place}]")
        case NotOf(part):
            yield from leaves(part, f"{path}.not")
        case _:
            yield path, rule


def is_ratio(leaf: Did) -> bool:
    """Tell whether two measures are compared with each other: one column above the line, one below."""
    return leaf.measured in (Measured.TREND, Measured.SHARE)


def depth(rule: Rule) -> int:
    """Return how many groups lie above the deepest leaf, plus one."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            return 1 + max((depth(part) for part in parts), default=0)
        case NotOf(part):
            return 1 + depth(part)
        case _:
            return 1


def scheme_ids(rule: Rule) -> set[int]:
    """Return the schemes whose classes the rule asks for."""
    return {leaf.scheme_id for _, leaf in leaves(rule) if isinstance(leaf, InClass)}


def trait_keys(rule: Rule) -> list[str]:
    """Return the traits that the rule asks for, each once, in reading order."""
    return list(dict.fromkeys(leaf.trait for _, leaf in leaves(rule) if isinstance(leaf, Condition)))


def fact_kinds(rule: Rule) -> list[str]:
    """Return the kinds of facts that the rule asks for, each once, in reading order."""
    found: list[str] = []
    for _, leaf in leaves(rule):
        match leaf:
            case Did():
                found.append(leaf.happening.fact)
            case Sequence():
                found += [leaf.first.fact, leaf.then.fact]
    return list(dict.fromkeys(found))
