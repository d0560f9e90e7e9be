"""Money is an integer in minor units beside its currency (ISO 4217)."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision


@lru_cache
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes in use, three capital letters each."""
    return frozenset(code for code in get_global("all_currencies") if len(code) == 3 and code.isalpha())


@lru_cache
def minor_digits(currency: str) -> int:
    """Return how many decimal places a currency has: 2 for CNY, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return `amount` in minor units, half rounded away from zero."""
    return int((amount * 10 ** minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_minor(minor: int, currency: str) -> Decimal:
    """Return minor units as an exact decimal amount: 12345 CNY → 123.45."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> int:
    """Return an order line's amount in minor units: |quantity × price| rounded half up, with the sign of quantity."""
    size = to_minor(abs(quantity * unit_price), currency)
    return size if quantity >= 0 else -size
