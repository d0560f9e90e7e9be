"""The map of cohorts: who of those who first bought in a month bought again so many months later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.figures import Amount, Figure, MonthOf, Share, Table
from zhike.ui.public import format_exact, format_exact_money, format_month, format_share

CUSTOMERS, REVENUE = "customers", "revenue"
SHOWN = 24  # cohorts, and months of each
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a cohort; `is_open` while that month is not over. `level` is 0 for nobody to 5 for the most."""

    text: str
    exact: str
    level: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    month: date
    base: str  # customers, or what they spent in their first month
    cells: Sequence[Cell]


def month_day(number: int) -> date:
    """Return the first day of a month that is given as year × 12 + month − 1."""
    return date(number // 12, number % 12 + 1, 1)


def draw_map(card: Mapping[str, Any], measure: str, *, everything: bool) -> dict[str, Any]:
    """Return the context of the map: cohorts, the newest last, their ages from +1 on, how many are not shown."""
    found = card["cohorts"]
    values = found["buyers" if measure == CUSTOMERS else "revenue"]
    first = 0 if everything else max(0, len(values) - SHOWN)
    months = [month_day(one) for one in found["starts"]][first:]
    kept = [_ratios(row) for row in values[first:]]
    highest = max((one for row in kept for one in row[1:] if one is not None), default=0.0)
    say = _Saying(measure, card["currency"])
    cohorts = [
        Cohort(
            month,
            say.amount(row[0]),
            [
                Cell(
                    format_share(ratio, 0),
                    say.exact(month, age, row[age], row[0], ratio),
                    _level(ratio, highest),
                    bool(found["partial"]) and age == len(row) - 1,
                )
                for age, ratio in enumerate(ratios)
                if age and age <= _most_ages(everything, row)
            ],
        )
        for month, row, ratios in zip(months, values[first:], kept, strict=True)
    ]
    ages = max((len(one.cells) for one in cohorts), default=0)
    return {"cohorts": cohorts, "ages": range(1, ages + 1), "hidden": first, "is_revenue": measure == REVENUE}


def _most_ages(everything: bool, row: Sequence[int]) -> int:
    return len(row) if everything else SHOWN


def _ratios(row: Sequence[int]) -> list[float | None]:
    """Return each month against the first; None where the first brought nothing."""
    return [one / row[0] if row[0] > 0 else None for one in row]


def _level(ratio: float | None, highest: float) -> int:
    if ratio is None or ratio <= 0 or highest <= 0:
        return 0
    return min(LEVELS, int(ratio / highest * LEVELS) + 1)


@dataclass(frozen=True, slots=True)
class _Saying:
    measure: str
    currency: str

    def amount(self, value: int) -> str:
        return format_exact(value) if self.measure == CUSTOMERS else format_exact_money(value, self.currency)

    def exact(self, month: date, age: int, value: int, base: int, ratio: float | None) -> str:
        """Return what a cell says in full."""
        if self.measure == CUSTOMERS:
            sentence = _("{month} +{age}: {value} of {base} customers, {share}")
        else:
            sentence = _("{month} +{age}: {value} against {base} in the first month, {share}")
        return sentence.format(
            month=format_month(month),
            age=age,
            value=self.amount(value),
            base=self.amount(base),
            share=format_share(ratio),
        )


def cohort_table(card: Mapping[str, Any], measure: str) -> Table:
    """Return all cohorts as a table: counts or amounts by month, from M+0 on (+0 is a formula to a spreadsheet)."""
    found = card["cohorts"]
    values = found["buyers" if measure == CUSTOMERS else "revenue"]
    ages = max((len(row) for row in values), default=0)
    rows: list[list[Figure]] = []
    for start, size, row in zip(found["starts"], found["sizes"], values, strict=True):
        cells: list[Figure] = [one if measure == CUSTOMERS else Amount(one, card["currency"]) for one in row]
        rows.append([MonthOf(month_day(start)), size, *cells, *[None] * (ages - len(row))])
    heading = [_("First purchase in"), _("Customers"), *(f"M+{age}" for age in range(ages))]
    title = _("Customers who bought, by cohort") if measure == CUSTOMERS else _("Net amount, by cohort")
    return Table(f"cohorts-{measure}", title, heading, rows)


def average_share(card: Mapping[str, Any], age: int) -> Share | None:
    """Return the share of customers who bought in the month +age, over all cohorts for which that month is over."""
    found = card["cohorts"]
    full = [row for row in found["buyers"] if len(row) - bool(found["partial"]) > age]
    base = sum(row[0] for row in full)
    return Share(sum(row[age] for row in full) / base) if base else None
