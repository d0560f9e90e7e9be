"""Numbers, money and shares as each language writes them. Money comes in minor units.

A person may prefer large numbers in short, 128.45万 instead of 1,284,500 (`number_style`); `exact_…` stays exact.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_symbol
from django.utils.translation import get_language

from zhike.kit.money import from_minor, minor_digits

MINUS = "−"
NOTHING = "–"
# From how much on a unit is used, what it stands for, its sign: 128.5万 and 1.3m.
UNITS = {
    "zh": [(Decimal(10**8), "亿"), (Decimal(10**4), "万")],
    "en": [(Decimal(10**9), "bn"), (Decimal(10**6), "m"), (Decimal(10**3), "k")],
}

FULL, SHORT = "full", "short"
SHORT_FROM = 10_000  # smaller numbers are the same in both styles
_style: ContextVar[str] = ContextVar("number style", default=FULL)

type Number = int | Decimal | float


@contextmanager
def number_style(style: str) -> Iterator[None]:
    """Write large numbers in full or in short while the block lasts; what is neither is in full."""
    token = _style.set(style)
    try:
        yield
    finally:
        _style.reset(token)


def get_number_style() -> str:
    """Return "full" or "short": whoever keeps written numbers for later keeps them by this too."""
    return SHORT if _style.get() == SHORT else FULL


def spoken() -> str:
    """Return "zh" or "en": the language of the page."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


@lru_cache
def currency_sign(currency: str, language: str) -> str:
    """Return what stands before an amount: ¥, £, US$; a code of letters takes a space that does not break."""
    if currency == "CNY":
        return "¥"
    sign = get_currency_symbol(currency, "zh_Hans_CN" if language == "zh" else "en")
    return f"{sign}\u00a0" if sign[-1:].isalpha() else sign


def format_money(minor: int | None, currency: str) -> str:
    """Return minor units as an amount, in the person's style: 128450000 CNY → ¥1,284,500 or ¥128.45万."""
    if minor is None or _style.get() != SHORT:
        return format_exact_money(minor, currency)
    amount = from_minor(abs(int(minor)), currency)
    if amount < SHORT_FROM:
        return format_exact_money(minor, currency)
    return f"{MINUS if minor < 0 else ''}{currency_sign(currency, spoken())}{_compact(amount, 2)}"


def format_exact_money(minor: int | None, currency: str) -> str:
    """Return minor units as an amount, without decimals when it is whole: 128450000 CNY → ¥1,284,500."""
    if minor is None:
        return NOTHING
    digits = minor_digits(currency)
    whole, part = divmod(abs(int(minor)), 10**digits)
    decimals = f".{part:0{digits}d}" if part else ""
    return f"{MINUS if minor < 0 else ''}{currency_sign(currency, spoken())}{whole:,}{decimals}"


def format_column_money(minor: int | None, currency: str) -> str:
    """Return an amount as `format_money` does, with its decimals even where they are zero: ¥4,614.00, ¥1,937.30.

    For amounts that stand below each other, so that their points do too.
    """
    written = format_money(minor, currency)
    if minor is None or not minor_digits(currency) or written != format_exact_money(minor, currency):
        return written
    return written if minor % 10 ** minor_digits(currency) else f"{written}.{'0' * minor_digits(currency)}"


def format_price(price: Decimal | None, currency: str) -> str:
    """Return a unit price with all the places it has, at least those of its currency: 0.125 CNY → ¥0.125."""
    if price is None:
        return NOTHING
    places = max(minor_digits(currency), -int(price.normalize().as_tuple().exponent))
    if price == price.to_integral_value():
        places = 0
    return f"{MINUS if price < 0 else ''}{currency_sign(currency, spoken())}{abs(price):,.{places}f}"


def format_number(value: Number | None, places: int = 2) -> str:
    """Return a number in the person's style: 1,284,500 or 128.45万; `places` as for `format_exact`."""
    if value is None or _style.get() != SHORT:
        return format_exact(value, places)
    amount = Decimal(str(value))
    if abs(amount) < SHORT_FROM:
        return format_exact(value, places)
    return f"{MINUS if amount < 0 else ''}{_compact(abs(amount), 2)}"


def format_exact(value: Number | None, places: int = 2) -> str:
    """Return a number with thousands marks and at most `places` decimals; a whole one has none."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{MINUS if value < 0 else ''}{abs(value):,}"
    exact = _rounded(Decimal(str(value)), places)
    return f"{MINUS if exact < 0 else ''}{_without_zeros(f'{abs(exact):,.{places}f}')}"


def format_share(ratio: Number | None, places: int = 1) -> str:
    """Return a ratio as per cent: 0.941 → 94.1%, 0.12 → 12%."""
    if ratio is None:
        return NOTHING
    return f"{format_exact(_rounded(Decimal(str(ratio)) * 100, places), places)}%"


def format_compact(value: Number | None) -> str:
    """Return about how much: 1285000 → 128.5万 in Chinese, 1.3m in English; small numbers as they are."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value))
    return f"{MINUS if exact < 0 else ''}{_compact(abs(exact))}"


def format_compact_money(minor: int | None, currency: str) -> str:
    """Return about how much money: ¥128.5万, ¥1.3m. For headings and charts, never where the sum itself matters."""
    if minor is None:
        return NOTHING
    amount = from_minor(abs(int(minor)), currency)
    return f"{MINUS if minor < 0 else ''}{currency_sign(currency, spoken())}{_compact(amount)}"


def chart_unit(highest: float) -> tuple[int, str]:
    """Return what the numbers of an axis up to `highest` are divided by, and the sign of that unit: (10000, "万")."""
    found = ((int(size), sign) for size, sign in UNITS[spoken()] if highest >= size)
    return next(found, (1, ""))


def _compact(amount: Decimal, places: int = 1) -> str:
    if amount < SHORT_FROM:
        return _without_zeros(f"{_rounded(amount, 0 if amount >= 100 else 2):,.2f}")
    units = UNITS[spoken()]
    for at, (unit, sign) in enumerate(units):
        if amount < unit:
            continue
        short = _rounded(amount / unit, places if amount < unit * 1000 else places - 1)
        # 99,999,999 rounds to 10,000万, which is 1亿.
        if at and short * unit >= units[at - 1][0]:
            short, sign = Decimal(1), units[at - 1][1]
        return f"{_without_zeros(f'{short:,.{places}f}')}{sign}"
    return f"{amount:,}"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
