"""Figures in a table: on a page as people read them, in a file as programs do."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from django.http import HttpResponseBase, StreamingHttpResponse

from zhike.customers.public import BOM, WORKBOOK, file_cell, write_workbook
from zhike.kit.money import from_minor
from zhike.ui.public import format_day, format_exact, format_exact_money, format_month, format_share

ENDINGS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Share:
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units; a file holds the amount in whole units, with the decimals of its currency."""

    minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class MonthOf:
    first: date


type Figure = str | int | float | date | Share | Amount | MonthOf | None


@dataclass(frozen=True, slots=True)
class Table:
    """`key` names the file; the first `words` columns are texts, the others numbers."""

    key: str
    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[Figure]]
    words: int = 1

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heading, each with whether numbers stand below."""
        return [(name, place >= self.words) for place, name in enumerate(self.heading)]

    @property
    def shown(self) -> list[list[tuple[str, bool]]]:
        """The rows as people read them, each cell with whether it is a number."""
        return [[(show(one), place >= self.words) for place, one in enumerate(row)] for row in self.rows]


def show(value: Figure) -> str:
    match value:
        case Share(ratio):
            return format_share(ratio)
        case Amount(minor, currency):
            return format_exact_money(minor, currency)
        case MonthOf(first):
            return format_month(first)
        case date():
            return format_day(value)
        case str():
            return value
    return format_exact(value, 1)


def plain(value: Figure) -> str | int | Decimal | date | None:
    """Return a value for a file: shares as fractions of 1, months as their first days."""
    match value:
        case Share(ratio):
            return None if ratio is None else Decimal(f"{ratio:.6f}")
        case Amount(minor, currency):
            return None if minor is None else from_minor(minor, currency)
        case MonthOf(first):
            return first
        case float():
            return Decimal(f"{value:.4f}")
    return value


def send_table(table: Table, ending: str, as_of: date) -> HttpResponseBase:
    """Return a table as a file: a workbook for "xlsx", else CSV."""
    rows = [[plain(one) for one in row] for row in table.rows]
    if ending == "xlsx":
        parts: Iterator[bytes] = write_workbook(table.heading, [rows], name=table.title)
        answer = StreamingHttpResponse(parts, content_type=WORKBOOK)
    else:
        answer = StreamingHttpResponse(_csv(table.heading, rows), content_type="text/csv; charset=utf-8")
        ending = "csv"
    answer["Content-Disposition"] = f'attachment; filename="{table.key}-{as_of:%Y%m%d}.{ending}"'
    return answer


def _csv(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[bytes]:
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([file_cell(one) for one in heading])
    writer.writerows([file_cell(one) for one in row] for row in rows)
    yield text.getvalue().encode()
