"""Numbers and amounts that people type into the rule editor."""

from decimal import Decimal, InvalidOperation

from zhike.engine.public import TraitType
from zhike.kit.money import to_minor

MOST = 10**13


def read_number(text: str, kind: TraitType, currency: str) -> int | str | None:
    """Return what a rule holds for a number (a fraction as text) or an amount (minor units); None: it is none."""
    try:
        number = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > MOST:
        return None
    if kind is TraitType.MONEY:
        return to_minor(number, currency)
    return int(number) if number == int(number) else f"{number:f}"
