"""A table of customers with what is to be predicted: numbers and categories told apart, names of nobody kept."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhike.engine import sql
from zhike.engine.models.cells import Floats
from zhike.engine.models.errors import NothingToRead, TargetWrong
from zhike.engine.models.orders import open_table

MOST_CATEGORIES = 100  # rarer ones become one
NUMBERS = 0.95  # a column is of numbers when so many of its filled values can be read as one
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

    :raises FileMissing, FileUnreadable, ColumnMissing, NothingToRead:
    :raises TargetWrong: when the target has not exactly two values.
    """
    connection = open_table(path, {"target": target} | ({"key": key} if key else {}))
    found = connection.execute(sql.emit(sql.query("SELECT * FROM line"))).fetchall()
    names = [one[0] for one in connection.description or ()]
    texts = {name: _texts([row[place] for row in found]) for place, name in enumerate(names)}
    rows = np.flatnonzero(texts[target] != "")
    if not len(rows):
        raise NothingToRead(
            file=path.name, rows=len(found), without_customer=0, unreadable=len(found), in_future=0, not_positive=0
        )
    y, positive = _target(target, texts[target][rows])
    columns = {name: to_column(name, texts[name][rows]) for name in names if name not in (target, key)}
    kept = tuple(one for one in columns.values() if one is not None)
    ids = texts[key][rows] if key else np.arange(1, len(rows) + 1).astype(str)
    return Table(kept, y, positive, tuple(ids), tuple(name for name, one in columns.items() if one is None))


def _texts(values: list[object]) -> NDArray[np.str_]:
    return np.array(["" if one is None else str(one).strip() for one in values], dtype=np.str_)


def _target(name: str, values: NDArray[np.str_]) -> tuple[NDArray[np.int64], str]:
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) != 2:
        shown = ", ".join(distinct[:5]) + (", …" if len(distinct) > 5 else "")
        raise TargetWrong(column=name, count=len(distinct), values=shown)
    yes = [one for one in distinct if one.lower() in YES]
    positive = str(yes[0]) if len(yes) == 1 else str(distinct[counts.argmin()])
    return (values == positive).astype(np.int64), positive


def to_column(name: str, values: NDArray[np.str_]) -> Column | None:
    """Return a column of numbers or categories, None where it says nothing about customers."""
    distinct, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(distinct) < 2:
        return None
    filled = distinct != ""
    numbers = np.array([_number(one) for one in distinct])
    readable = counts[filled & ~np.isnan(numbers)].sum()
    if readable >= NUMBERS * counts[filled].sum():
        return Column(name, numbers[at])
    if len(distinct) > max(MOST_CATEGORIES, len(values) // 2):
        return None
    if len(distinct) <= MOST_CATEGORIES:
        return Column(name, at.astype(np.float64), tuple(distinct))
    frequent = np.sort(np.argsort(-counts, kind="stable")[: MOST_CATEGORIES - 1])
    place = np.full(len(distinct), MOST_CATEGORIES - 1)
    place[frequent] = np.arange(MOST_CATEGORIES - 1)
    return Column(name, place[at].astype(np.float64), (*distinct[frequent], "…"))


def _number(text: str) -> float:
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return float("nan")
    return found if np.isfinite(found) else float("nan")
