"""The rows of the list, written here: the template engine would take most of the request's time for its cells."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from zhike.customers.listing.columns import place_of
from zhike.customers.listing.rows import Row
from zhike.customers.registries import Column
from zhike.ui.public import safe_cell


def draw_rows(
    rows: Sequence[Row], cells: Iterable[Sequence[Any]], columns: Sequence[Column], *, ticks: bool
) -> SafeString:
    """Return the rows of the table; with `ticks` each begins with a box to tick."""
    base, marks = reverse("customers:list"), _marks(columns)
    return SafeString("\n".join(_row(row, own, base, marks, ticks) for row, own in zip(rows, cells, strict=True)))


def _row(row: Row, cells: Sequence[Any], base: str, marks: Sequence[str], ticks: bool) -> str:
    name, place = escape(row.name), escape(place_of(row))
    tick = (
        '<td class="tick"><input class="form-check-input" type="checkbox" name="id"'
        f' value="{row.customer_id}" aria-label="{name}"></td>'
    )
    where = f' <span class="zk-3 zk-sub zk-no-phone">{place}</span>' if place else ""
    written = [f'<td class="{mark}">{safe_cell(cell)}</td>' for cell, mark in zip(cells, marks, strict=True)]
    return (
        f'<tr>{tick if ticks else ""}<td class="grow fold-1"><a class="name" href="{base}{row.customer_id}/">{name}</a>'
        f"{where}</td>{''.join(written)}</tr>"
    )


def _marks(columns: Sequence[Column]) -> list[str]:
    """Return each column's cell class: on a phone the first number and the first two others stay."""
    folds = {True: ["fold-2", "fold-4"], False: ["fold-3"]}
    return [
        " ".join(
            part
            for part in ("r" if column.numeric else "", folds[column.numeric].pop(0) if folds[column.numeric] else "")
            if part
        )
        for column in columns
    ]
