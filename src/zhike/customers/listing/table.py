"""The table of the list, written here: the template engine would take most of the request's time for its cells."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from zhike.customers.listing.columns import place_of
from zhike.customers.listing.filters import Filters
from zhike.customers.listing.rows import Row
from zhike.customers.registries import Column
from zhike.ui.public import icon


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
    written = [f'<td class="{mark}">{_safe(cell)}</td>' for cell, mark in zip(cells, marks, strict=True)]
    return (
        f'<tr>{tick if ticks else ""}<td class="grow fold-1"><a class="name" href="{base}{row.customer_id}/">{name}</a>'
        f"{where}</td>{''.join(written)}</tr>"
    )


def draw_heads(columns: Sequence[Column], filters: Filters) -> SafeString:
    """Return the heads of the columns; those that sort are links."""
    return SafeString("".join(_head(column, filters) for column in columns))


def _head(column: Column, filters: Filters) -> str:
    label, numeric = _safe(column.label), ' class="r"' if column.numeric else ""
    if not column.sort:
        return f'<th scope="col"{numeric}>{label}</th>'
    order = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(filters.sort, "")
    first = column.sort if column.sort == "name" else f"-{column.sort}"
    turned = column.sort if filters.sort == f"-{column.sort}" else f"-{column.sort}"
    url = escape(filters.address(sort=turned if order else first))
    mark = f" {icon('arrow-up' if order == 'ascending' else 'arrow-down')}" if order else ""
    aria = f' aria-sort="{order}"' if order else ""
    return f'<th scope="col"{numeric}{aria}><a class="zk-link" href="{url}">{label}{mark}</a></th>'


def draw_options(choices: Iterable[tuple[str, str | Promise]]) -> SafeString:
    """Return the options of a <select>: (value, label)."""
    return SafeString("".join(f'<option value="{escape(value)}">{_safe(label)}</option>' for value, label in choices))


def draw_boxes(columns: Iterable[tuple[Column, bool]]) -> SafeString:
    """Return the boxes by which columns are chosen: (column, whether it is shown)."""
    return SafeString(
        "\n".join(
            '<label class="zk-row"><input class="form-check-input" type="checkbox" name="col"'
            f' value="{escape(column.key)}"{" checked" if shown else ""}>{_safe(column.label)}</label>'
            for column, shown in columns
        )
    )


def _safe(cell: Any) -> str:
    """Return safe HTML as it is, and everything else escaped."""
    return cell if isinstance(cell, SafeString) else escape(str(cell))


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
