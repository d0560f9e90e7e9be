"""Parts of a list's table that are written here: the template engine would take most of a request's time for them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from zhike.ui.marks import icon


class Head(Protocol):
    """What a table's head says of a column. `sort` is its name in the address; empty where it does not sort."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str | Promise: ...
    @property
    def numeric(self) -> bool: ...
    @property
    def sort(self) -> str: ...
    @property
    def note(self) -> str | Promise: ...


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column whose cells a template writes; those not `shown` are there to be chosen."""

    key: str
    label: str | Promise
    numeric: bool = False
    sort: str = ""
    shown: bool = True
    note: str | Promise = ""  # said where columns are chosen: why it does not sort, say


def draw_heads(
    columns: Iterable[Head], *, sort: str, address: Callable[..., str], rising: Sequence[str] = ("name",)
) -> SafeString:
    """Return the heads of the columns; those that sort are links. `rising` sort upwards at the first press."""
    return SafeString("".join(_head(column, sort, address, rising) for column in columns))


def _head(column: Head, sort: str, address: Callable[..., str], rising: Sequence[str]) -> str:
    label, numeric = safe_cell(column.label), ' class="r"' if column.numeric else ""
    if not column.sort:
        note = f' title="{escape(str(column.note))}"' if column.note else ""
        return f'<th scope="col"{numeric}{note}>{label}</th>'
    order = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(sort, "")
    first = column.sort if column.sort in rising else f"-{column.sort}"
    turned = column.sort if sort == f"-{column.sort}" else f"-{column.sort}"
    url = escape(address(sort=turned if order else first))
    mark = f" {icon('arrow-up' if order == 'ascending' else 'arrow-down')}" if order else ""
    aria = f' aria-sort="{order}"' if order else ""
    return f'<th scope="col"{numeric}{aria}><a class="zk-link" href="{url}">{label}{mark}</a></th>'


def draw_options(choices: Iterable[tuple[str, str | Promise]]) -> SafeString:
    """Return the options of a <select>: (value, label)."""
    return SafeString(
        "".join(f'<option value="{escape(value)}">{safe_cell(label)}</option>' for value, label in choices)
    )


def draw_boxes(columns: Iterable[tuple[Head, bool]]) -> SafeString:
    """Return the boxes by which columns are chosen: (column, whether it is shown)."""
    return SafeString(
        "\n".join(
            '<label class="zk-row"><input class="form-check-input" type="checkbox" name="col"'
            f' value="{escape(column.key)}"{" checked" if shown else ""}>'
            f"<span>{safe_cell(column.label)}{_note(column)}</span></label>"
            for column, shown in columns
        )
    )


def _note(column: Head) -> str:
    return f'<br><small class="zk-cap zk-3">{safe_cell(column.note)}</small>' if column.note else ""


def safe_cell(cell: Any) -> str:
    """Return safe HTML as it is, and everything else escaped."""
    return cell if isinstance(cell, SafeString) else escape(str(cell))
