"""How customers move between stages from month to month, and what each class does in a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.class_names import NamedClass, NamedScheme, name_schemes, scheme_of
from zhike.analytics.figures import Amount, Figure, MonthOf, Share, Table
from zhike.ui.public import format_exact, format_share

from .cohort_map import month_day

LAST, ALL = "last", "all"
LEVELS = 5


@dataclass(frozen=True, slots=True)
class MatrixCell:
    text: str
    exact: str
    level: int
    stays: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    one: NamedClass
    total: int
    cells: Sequence[MatrixCell]


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A class in the last whole month; `rates` are its repurchase rates, oldest first."""

    one: NamedClass
    members: int
    buyers: int
    rate: float | None
    frequency: float | None
    share: float
    rates: Sequence[float]


def _stages(card: Mapping[str, Any]) -> NamedScheme:
    nobody = _("Not a customer yet")
    return scheme_of(name_schemes(nobody=nobody), card["moves"]["scheme"], nobody=nobody)


def draw_matrix(card: Mapping[str, Any], which: str) -> dict[str, Any] | None:
    """Return the matrix of the last month or of all; classes that nobody left and entered are no lines."""
    moves = card["moves"]
    if moves is None:
        return None
    scheme, counts, order = _stages(card), moves[which], [*moves["classes"], None]
    heads = [at for at in range(len(order)) if any(row[at] for row in counts)]
    rows = []
    for at, row in enumerate(counts):
        total = sum(row)
        if total:
            cells = [_cell(scheme, order[at], order[to], row[to], total) for to in heads]
            rows.append(MatrixRow(scheme.name_of(order[at]), total, cells))
    days = [date.fromisoformat(one) for one in moves["days"]]
    start = days[-2] if which == LAST else days[0]
    return {
        "rows": rows,
        "heads": [scheme.name_of(order[at]) for at in heads],
        "since": start,
        "until": days[-1],
        "name": scheme.name,
    }


def _cell(scheme: NamedScheme, before: int | None, after: int | None, count: int, total: int) -> MatrixCell:
    share = count / total
    exact = _("{before} → {after}: {count} of {total}, {share}").format(
        before=scheme.name_of(before).name,
        after=scheme.name_of(after).name,
        count=format_exact(count),
        total=format_exact(total),
        share=format_share(share),
    )
    level = min(LEVELS, int(share * LEVELS) + 1) if count else 0
    return MatrixCell(format_share(share, 0) if count else "", exact, level, before == after)


def matrix_table(card: Mapping[str, Any], which: str) -> Table | None:
    """Return the matrix as rows of from, to, customers, share of those who were in the first."""
    if card["moves"] is None:
        return None
    scheme, order = _stages(card), [*card["moves"]["classes"], None]
    rows: list[list[Figure]] = [
        [scheme.name_of(order[at]).name, scheme.name_of(order[to]).name, count, Share(count / sum(row))]
        for at, row in enumerate(card["moves"][which])
        for to, count in enumerate(row)
        if count
    ]
    heading = [_("From"), _("To"), _("Customers"), _("Share")]
    return Table(f"moves-{which}", _("Moves between stages"), heading, rows, words=2)


def list_trends(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the types whose trend is told: kind, name."""
    nobody = _("New or in no class")
    schemes = name_schemes(nobody=nobody)
    return [
        (one["kind"], scheme_of(schemes, one["scheme"], nobody=nobody).name) for one in card["trend"] if one["months"]
    ]


def draw_trend(card: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    """Return each class in the last whole month, by the class on its first day, with the way there."""
    found = _trend(card, kind)
    if found is None:
        return None
    scheme, months = found
    rows = []
    whole = sum(row[5] for row in months[-1]["rows"]) or 1
    for place, (key, members, buyers, _repeat, days, amount) in enumerate(months[-1]["rows"]):
        rates = [row[2] / row[1] for month in months if (row := month["rows"][place])[1]]
        if members or buyers:
            rate = buyers / members if key is not None and members else None
            frequency = days / buyers if buyers else None
            held = TrendRow(
                scheme.name_of(key), members, buyers, rate, frequency, amount / whole, rates if rate is not None else []
            )
            rows.append(held)
    return {"rows": rows, "month": month_day(months[-1]["month"]), "name": scheme.name}


def _trend(card: Mapping[str, Any], kind: str) -> tuple[NamedScheme, Sequence[Mapping[str, Any]]] | None:
    chosen = next((one for one in card["trend"] if one["kind"] == kind and one["months"]), None)
    if chosen is None:
        return None
    nobody = _("New or in no class")
    return scheme_of(name_schemes(nobody=nobody), chosen["scheme"], nobody=nobody), chosen["months"]


def trend_table(card: Mapping[str, Any], kind: str) -> Table | None:
    """Return every month of every class."""
    found = _trend(card, kind)
    if found is None:
        return None
    scheme, months = found
    rows: list[list[Figure]] = []
    for month in months:
        whole = sum(row[5] for row in month["rows"]) or 1
        for key, members, buyers, repeat, days, amount in month["rows"]:
            rate = Share(buyers / members) if key is not None and members else None
            rows.append(
                [
                    MonthOf(month_day(month["month"])),
                    scheme.name_of(key).name,
                    members,
                    buyers,
                    rate,
                    repeat,
                    days / buyers if buyers else None,
                    Amount(amount, card["currency"]),
                    Share(amount / whole),
                ]
            )
    heading = [
        _("Month"),
        _("Class when it began"),
        _("Customers"),
        _("Bought"),
        _("Repurchase rate"),
        _("Bought on two days or more"),
        _("Purchase days per buyer"),
        _("Net amount"),
        _("Share of net amount"),
    ]
    return Table(f"trend-{kind}", _("Repurchase by class"), heading, rows, words=2)
