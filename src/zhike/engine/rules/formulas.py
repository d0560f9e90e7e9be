"""Formulas over a customer's values: fixed point, so that every database and Python give the same to the last digit.

Every value, also between steps, is a whole number of millionths (of an amount: of its minor unit), half rounded away
from zero, and nothing from 10^12 on: a product of two has at most 36 digits, which every dialect holds exactly. What is
computed from nothing, or divided by zero, is nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from zhike.engine.rules.values import as_number

PLACES = 6
ONE = 10**PLACES
BEYOND = 10**12  # the first whole number that a formula does not hold
MOST_STEPS = 300
SIGNS = ("+", "-", "*", "/", "empty", "least", "most")


@dataclass(frozen=True, slots=True)
class Fixed:
    millionths: int


@dataclass(frozen=True, slots=True)
class Held:
    """A column that holds numbers; with a path the entry of that name in the JSON object that it holds."""

    column: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """`sign` is one of SIGNS; `empty` is the right one where the left one is nothing."""

    sign: str
    left: "Steps"
    right: "Steps"


type Steps = Fixed | Held | Joined


@dataclass(frozen=True, slots=True)
class Formula:
    """What is computed, and to how many decimal places the result is rounded."""

    steps: Steps
    decimals: int


def count_steps(steps: Steps) -> int:
    """Return how large a formula becomes as SQL: divisors, and what `least` and `most` compare, stand there twice."""
    if not isinstance(steps, Joined):
        return 1
    left, right = count_steps(steps.left), count_steps(steps.right)
    if steps.sign in ("least", "most"):
        return 1 + 2 * (left + right)
    return 1 + left + right * (2 if steps.sign == "/" else 1)


def columns_of(steps: Steps) -> Iterator[str]:
    """Yield the columns that a formula reads."""
    match steps:
        case Held(column):
            yield column
        case Joined(_, left, right):
            yield from columns_of(left)
            yield from columns_of(right)


def find_result(formula: Formula, values: Mapping[str, Any]) -> Decimal | None:
    """Return what a formula comes to for one customer, of values by column."""
    return rounded(_found(formula.steps, values), formula.decimals)


def _found(steps: Steps, values: Mapping[str, Any]) -> int | None:
    match steps:
        case Fixed(millionths):
            return bounded(millionths)
        case Held(column, path):
            held = values.get(column)
            if path and held is not None:
                held = (json.loads(held) if isinstance(held, str) else held).get(path)
            number = as_number(held)
            return None if number is None else as_millionths(number)
    return combine(steps.sign, _found(steps.left, values), _found(steps.right, values))


def combine(sign: str, left: int | None, right: int | None) -> int | None:
    """Return one step, of millionths."""
    if sign == "empty":
        return right if left is None else left
    if left is None or right is None:
        return None
    match sign:
        case "+":
            return bounded(left + right)
        case "-":
            return bounded(left - right)
        case "*":
            return bounded(_divided(left * right, ONE))
        case "/":
            return bounded(_divided(left * ONE, right)) if right else None
    return min(left, right) if sign == "least" else max(left, right)


def bounded(millionths: int) -> int | None:
    return millionths if abs(millionths) < BEYOND * ONE else None


def as_millionths(value: Decimal) -> int | None:
    """Return a number as formulas hold it, half rounded away from zero; None for one that is too large."""
    if abs(value) > BEYOND:
        return None
    return bounded(int(value.scaleb(PLACES).to_integral_value(ROUND_HALF_UP)))


def rounded(millionths: int | None, decimals: int) -> Decimal | None:
    """Return a result with so many decimal places, half rounded away from zero."""
    if millionths is None:
        return None
    return Decimal(millionths).scaleb(-PLACES).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _divided(above: int, below: int) -> int:
    """Return the quotient of whole numbers, half rounded away from zero."""
    found = (2 * abs(above) + abs(below)) // (2 * abs(below))
    return found if (above < 0) == (below < 0) else -found
