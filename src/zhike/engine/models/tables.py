"""A table of customers with what is to be predicted: numbers and categories told apart, names of nobody kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhike.engine import sql
from zhike.engine.models.cells import Floats
from zhike.engine.models.errors import NothingFilled, TargetWrong
from zhike.engine.models.files import open_table, reading

MOST_CATEGORIES = 100  # rarer ones become one
NUMBERS = 0.95  # a column is of numbers when so many of its filled values can be read as one
GREATEST = 1e100  # no figure of a customer; squares of greater ones do not fit
LONGEST_NAME = 100  # characters of a category that are shown
YES = {"yes", "y", "true", "t", "1", "1.0", "churn", "churned", "lost", "left", "是", "流失", "已流失"}


@dataclass(frozen=True, slots=True)
class Column:
    """One feature of n customers, shape (n,): numbers with NaN for unknown, or codes into `levels`."""

    name: str
    values: Floats
    levels: tuple[str, ...] = ()

    @property
    def is_category(self) -> bool:
        return bool(self.levels)

    def shown(self, value: float) -> str:
        if np.isnan(value):
            return ""
        return str(self.levels[int(value)]) if self.levels else f"{value:g}"

    def usual(self) -> float:
        """Return the most frequent category, or the median of the known numbers."""
        if self.levels:
            return float(np.bincount(self.values.astype(int)).argmax())
        known = self.values[~np.isnan(self.values)]
        return float(np.median(known)) if len(known) else float("nan")


@dataclass(frozen=True, slots=True)
class Table:
    """n customers: features, and y (n,) of 0 and 1; `positive` is the target's value that 1 stands for."""

    columns: tuple[Column, ...]
    y: NDArray[np.int64]
    positive: str
    ids: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def matrix(self) -> Floats:
        """Return the features, shape (n, features), categories as codes."""
        return np.column_stack([one.values for one in self.columns]) if self.columns else np.empty((len(self.y), 0))

    def only(self, names: set[str]) -> "Table":
        kept = tuple(one for one in self.columns if one.name in names)
        return Table(kept, self.y, self.positive, self.ids, self.left_out)


def read_table(path: Path, *, target: str, key: str = "") -> Table:
    """Return a file's rows; those without a target are left out.

    Columns that are constant, or texts of which nearly every row has its own (names, numbers), are left out and named.

    :raises NothingFilled: when no row has a target. :raises TargetWrong: when the target has not exactly two values.
        Also all that `open_table` and `reading` raise.
    """
    connection = open_table(path, {"target": target} | ({"key": key} if key else {}))
    with reading(path):
        found = connection.execute(sql.emit(sql.query("SELECT * FROM line"))).fetchall()
    names = [one[0] for one in connection.description or ()]
    told = names.index(target)
    rows = [row for row in found if _text(row[told])]
    if not rows:
        raise NothingFilled(file=path.name, rows=len(found), columns=target)
    texts = dict(zip(names, (list(map(_text, column)) for column in zip(*rows, strict=True)), strict=True))
    y, positive = _target(target, texts[target])
    columns = {name: to_column(name, texts[name]) for name in names if name not in (target, key)}
    kept = tuple(one for one in columns.values() if one is not None)
    ids = texts[key] if key else map(str, range(1, len(rows) + 1))
    return Table(kept, y, positive, tuple(ids), tuple(name for name, one in columns.items() if one is None))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _target(name: str, values: Sequence[str]) -> tuple[NDArray[np.int64], str]:
    distinct, at, counts = _distinct(values)
    if len(distinct) != 2:
        shown = ", ".join(map(_short, distinct[:5])) + (", …" if len(distinct) > 5 else "")
        raise TargetWrong(column=name, count=len(distinct), values=shown)
    yes = [place for place, one in enumerate(distinct) if one.lower() in YES]
    positive = yes[0] if len(yes) == 1 else int(counts.argmin())
    return (at == positive).astype(np.int64), distinct[positive]


def _distinct(values: Sequence[str]) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp]]:
    """Return the different texts in order, where each value is among them, and how often each is there.

    An array of texts would give each as much room as the longest has: one cell of a megabyte fills the memory.
    """
    found = sorted(set(values))
    places = {one: place for place, one in enumerate(found)}
    at = np.fromiter(map(places.__getitem__, values), np.intp, len(values))
    return found, at, np.bincount(at, minlength=len(found))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def to_column(name: str, values: Sequence[str]) -> Column | None:
    """Return a column of numbers or categories, None where it says nothing about customers."""
    distinct, at, counts = _distinct(values)
    if len(distinct) < 2:
        return None
    filled = np.array([one != "" for one in distinct])
    numbers = np.array([_number(one) for one in distinct])
    readable = counts[filled & ~np.isnan(numbers)].sum()
    if readable >= NUMBERS * counts[filled].sum():
        return Column(name, numbers[at])
    if len(distinct) > max(MOST_CATEGORIES, len(values) // 2):
        return None
    if len(distinct) <= MOST_CATEGORIES:
        return Column(name, at.astype(np.float64), tuple(map(_short, distinct)))
    frequent = np.sort(np.argsort(-counts, kind="stable")[: MOST_CATEGORIES - 1])
    place = np.full(len(distinct), MOST_CATEGORIES - 1)
    place[frequent] = np.arange(MOST_CATEGORIES - 1)
    return Column(name, place[at].astype(np.float64), (*(_short(distinct[one]) for one in frequent), "…"))


def _number(text: str) -> float:
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return float("nan")
    return found if abs(found) < GREATEST else float("nan")
