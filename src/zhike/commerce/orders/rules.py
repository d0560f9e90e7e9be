"""What makes two orders the same, and the keys of an order's facts."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

LARGEST = Decimal(10**11)  # of a quantity or a price
LINES_LIMIT = 1000  # of an order that is not imported
MOST_LINES = 200  # that a page takes; longer orders are corrected by a file or over the API


def order_digest(
    *, customer: str, at: datetime, currency: str, status: str, lines: Iterable[tuple[str, Decimal, Decimal]]
) -> str:
    """Return a text that differs when an order's content does. `lines` are (sku, quantity, unit price) in order.

    The import computes the same in SQL: see ORDERS in `merging.py`.
    """
    mixed = 0
    for position, (sku, quantity, price) in enumerate(lines, start=1):
        text = f"{position}|{sku}|{quantity:.6f}|{price:.6f}"
        mixed ^= int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest(), "little")
    head = f"{customer}|{int(at.timestamp() * 1_000_000)}|{currency}|{status}|{mixed}"
    return hashlib.md5(head.encode(), usedforsecurity=False).hexdigest()


def plain_number(number: Decimal) -> str:
    """Return a number without the zeros that the database keeps behind it, and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fact_key(*, source: str, number: str, position: int, revision: int = 1) -> str:
    """Return the source key of a line's fact; a source holds no colon, so that no two lines share one."""
    return f"{source}:{number}:{position}" + (f"#r{revision}" if revision > 1 else "")
