"""Ranges in the address of a list: `100..200`, `100..`, `..200` or one value; numbers, amounts, days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField

from zhike.customers.custom_fields.rules import Definition, as_decimal
from zhike.kit.money import to_minor

LARGEST = Decimal(10**16)


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends count; None is open."""

    least: Decimal | str | None
    most: Decimal | str | None
    output: Any


def read_range(one: Definition, text: str, *, currency: str) -> Range | None:
    """Return what a text in the address means for a field; None where it means nothing."""
    low, dots, high = text.replace("–", "..").replace("~", "..").partition("..")
    ends = [_end(one, part.strip(), currency) for part in ((low, high) if dots else (low, low))]
    given = [part.strip() for part in ((low, high) if dots else (low,))]
    if any(part and end is None for part, end in zip(given, ends, strict=False)) or ends == [None, None]:
        return None
    return Range(ends[0], ends[1], DecimalField(max_digits=30, decimal_places=6))


def say_range(text: str) -> str:
    low, dots, high = text.partition("..")
    if not dots:
        return text
    return f"{low.strip()} – {high.strip()}" if low and high else f"≥ {low.strip()}" if low else f"≤ {high.strip()}"


def _end(one: Definition, text: str, currency: str) -> Decimal | str | None:
    if not text:
        return None
    if one.type == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return None
    number = as_decimal(text)
    if number is None or abs(number) >= LARGEST:
        return None
    return Decimal(to_minor(number, currency)) if one.type == "money" else number
