"""How customers move between stages from month to month, and what each class does in a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.class_names import NamedClass, NamedScheme, Schemes, scheme_of
from zhike.analytics.figures import Amount, Figure, MonthOf, Share, Table
from zhike.ui.public import format_exact, format_share

from .cohort_map import month_day

LAST, ALL = "last", "all"
LEVELS = 5
LEAST_WHOLE = 0.01  # smaller shares are written with a decimal: 0% would be nobody


@dataclass(frozen=True, slots=True)
class MatrixCell:
    text: str
    exact: str
    level: int


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


def _not_yet() -> str:
    return _("Not a customer yet")


def _new_or_none() -> str:
    return _("New or in no class")


def draw_matrix(card: Mapping[str, Any], which: str, schemes: Schemes) -> dict[str, Any] | None:
    """Return the matrix of the last month or of all; classes that nobody left and entered are no lines."""
    moves = card["moves"]
    if moves is None:
        return None
    scheme, counts, order = scheme_of(schemes, moves["scheme"]), moves[which], [*moves["classes"], None]
    names = [scheme.name_of(one, _not_yet()) for one in order]
    heads = [at for at in range(len(order)) if any(row[at] for row in counts)]
    rows = []
    for at, row in enumerate(counts):
        total = sum(row)
        if total:
            cells = [_cell(names[at], names[to], row[to], total) for to in heads]
            rows.append(MatrixRow(names[at], total, cells))
    days = [date.fromisoformat(one) for one in moves["days"]]
    start = days[-2] if which == LAST else days[0]
    return {
        "rows": rows,
        "heads": [names[at] for at in heads],
        "since": start,
        "until": days[-1],
        "name": scheme.name,
    }


def _cell(before: NamedClass, after: NamedClass, count: int, total: int) -> MatrixCell:
    share = count / total
    exact = _("{before} → {after}: {count} of {total}, {share}").format(
        before=before.name,
        after=after.name,
        count=format_exact(count),
        total=format_exact(total),
        share=format_share(share),
    )
    level = min(LEVELS, int(share * LEVELS) + 1) if count else 0
    text = format_share(share, 0 if share >= LEAST_WHOLE else 1) if count else ""
    return MatrixCell(text, exact, level)


def matrix_table(card: Mapping[str, Any], which: str, schemes: Schemes) -> Table | None:
    """Return the matrix as rows of from, to, customers, share of those who were in the first."""
    if card["moves"] is None:
        return None
    scheme = scheme_of(schemes, card["moves"]["scheme"])
    names = [scheme.name_of(one, _not_yet()).name for one in (*card["moves"]["classes"], None)]
    rows: list[list[Figure]] = [
        [names[at], names[to], count, Share(count / sum(row))]
        for at, row in enumerate(card["moves"][which])
        for to, count in enumerate(row)
        if count
    ]
    heading = [_("From"), _("To"), _("Customers"), _("Share")]
    return Table(f"moves-{which}", _("Moves between stages"), heading, rows, words=2)


def list_trends(card: Mapping[str, Any], schemes: Schemes) -> list[tuple[str, str]]:
    """Return the types whose trend is told: kind, name."""
    return [(one["kind"], scheme_of(schemes, one["scheme"]).name) for one in card["trend"] if one["months"]]


def draw_trend(card: Mapping[str, Any], kind: str, schemes: Schemes) -> dict[str, Any] | None:
    """Return each class in the last whole month, by the class on its first day, with the way there."""
    found = _trend(card, kind, schemes)
    if found is None:
        return None
    scheme, months = found
    whole = sum(row[5] for row in months[-1]["rows"]) or 1
    rows = []
    for place, row in enumerate(months[-1]["rows"]):
        if row[1] or row[2]:
            ways = [month["rows"][place] for month in months]
            rows.append(_trend_row(scheme.name_of(row[0], _new_or_none()), ways, whole))
    return {"rows": rows, "month": month_day(months[-1]["month"]), "name": scheme.name}


def _trend_row(one: NamedClass, months: Sequence[Sequence[Any]], whole: int) -> TrendRow:
    key, members, buyers, _repeat, days, amount = months[-1]
    rates = [row[2] / row[1] for row in months if row[1]] if key is not None else []
    return TrendRow(
        one,
        members,
        buyers,
        buyers / members if key is not None and members else None,
        days / buyers if buyers else None,
        amount / whole,
        rates,
    )


def _trend(
    card: Mapping[str, Any], kind: str, schemes: Schemes
) -> tuple[NamedScheme, Sequence[Mapping[str, Any]]] | None:
    chosen = next((one for one in card["trend"] if one["kind"] == kind and one["months"]), None)
    return None if chosen is None else (scheme_of(schemes, chosen["scheme"]), chosen["months"])


def trend_table(card: Mapping[str, Any], kind: str, schemes: Schemes) -> Table | None:
    """Return every month of every class."""
    found = _trend(card, kind, schemes)
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
                    scheme.name_of(key, _new_or_none()).name,
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
