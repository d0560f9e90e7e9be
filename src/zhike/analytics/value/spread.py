"""How unevenly customers bring revenue: distribution, concentration curve, tiers over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.charts import chart, share_line
from zhike.analytics.class_names import NamedClass, Schemes, scheme_of
from zhike.analytics.figures import Amount, Figure, MonthOf, Share, Table
from zhike.ui.public import chart_unit, format_compact_money, format_exact

YEAR, EVER = "year", "ever"


@dataclass(frozen=True, slots=True)
class TierMonth:
    """The tiers when a month began; `parts` are (name, hue, customers), `cells` (customers, share of revenue)."""

    first: date
    parts: Sequence[tuple[str, str, int]]
    cells: Sequence[tuple[int, float]]


def bin_name(start: int | None, end: int, currency: str) -> str:
    if start is None:
        return _("below {end}").format(end=format_compact_money(end, currency))
    return f"{format_compact_money(start, currency)}–{format_compact_money(end, currency)}"


def spread_chart(figures: Mapping[str, Any], currency: str) -> dict[str, Any] | None:
    """Return the histogram; None where nobody brought anything."""
    bins = figures["bins"]
    if not bins:
        return None
    counts = [one[2] for one in bins]
    size, unit = chart_unit(max(counts))
    bars = {
        "name": _("Customers"),
        "colour": "--zk-chart",
        "values": counts,
        "written": [format_exact(one) for one in counts],
    }
    return chart([bin_name(one[0], one[1], currency) for one in bins], [bars], size=size, unit=unit)


def spread_table(figures: Mapping[str, Any], currency: str, window: str) -> Table:
    """Return the bins with their customers and what these brought; last who brought nothing or less."""
    people, whole = figures["customers"] or 1, figures["amount"] or 1
    rows: list[list[Figure]] = [
        [
            None if start is None else Amount(start, currency),
            Amount(end, currency),
            count,
            Share(count / people),
            Amount(amount, currency),
            Share(amount / whole),
        ]
        for start, end, count, amount in figures["bins"]
    ]
    if (rest := figures["without"])["customers"]:
        rows.append([None, Amount(0, currency), rest["customers"], None, Amount(rest["amount"], currency), None])
    heading = [
        _("Net amount from"),
        _("below"),
        _("Customers"),
        _("Share of customers"),
        _("Net amount"),
        _("Share of net amount"),
    ]
    return Table(f"distribution-{window}", _("Customers by net amount"), heading, rows, words=0)


def curve_chart(figures: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the concentration curve beside the line on which all bring alike."""
    if not figures["curve"]:
        return None
    even = [one / 100 for one in range(101)]
    lines = [
        share_line(_("Share of net amount"), figures["curve"], "--zk-chart"),
        share_line(_("If all brought alike"), even, "--zk-ink-3", dash=True),
    ]
    return chart([f"{one}%" for one in range(101)], lines, most=100)


def curve_table(figures: Mapping[str, Any], window: str) -> Table:
    rows: list[list[Figure]] = [[Share(place / 100), Share(share)] for place, share in enumerate(figures["curve"])]
    heading = [_("Largest share of customers"), _("Share of net amount")]
    return Table(f"concentration-{window}", _("Concentration curve"), heading, rows, words=0)


def list_tiers(card: Mapping[str, Any], schemes: Schemes) -> dict[str, Any] | None:
    """Return the tiers month by month, the newest first; None without a value tier."""
    found = card["tiers"]
    if found is None:
        return None
    scheme = scheme_of(schemes, found["scheme"])
    names = [scheme.name_of(one, "") for one in found["classes"]]
    months = [_tier_month(one, found["classes"], names) for one in reversed(found["months"])]
    return {"name": scheme.name, "names": names, "months": months, "window_days": found["window_days"]}


def _tier_month(month: Mapping[str, Any], classes: Sequence[int], names: Sequence[NamedClass]) -> TierMonth:
    held = {key: (customers, revenue) for key, customers, revenue in month["rows"]}
    rows = [held.get(one, (0, 0)) for one in classes]
    whole = sum(revenue for _customers, revenue in rows) or 1
    first = date(month["month"] // 12, month["month"] % 12 + 1, 1)
    parts = [(one.name, one.hue, row[0]) for one, row in zip(names, rows, strict=True)]
    return TierMonth(first, parts, [(customers, revenue / whole) for customers, revenue in rows])


def tier_table(card: Mapping[str, Any], schemes: Schemes) -> Table | None:
    """Return every month and tier: customers, net amount, their shares."""
    found = card["tiers"]
    if found is None:
        return None
    scheme = scheme_of(schemes, found["scheme"])
    rows: list[list[Figure]] = []
    for month in found["months"]:
        held = [one for one in month["rows"] if one[0] is not None]
        people, whole = sum(one[1] for one in held) or 1, sum(one[2] for one in held) or 1
        first = MonthOf(date(month["month"] // 12, month["month"] % 12 + 1, 1))
        for key, customers, revenue in held:
            amount = Amount(revenue, card["currency"])
            shares = Share(customers / people), Share(revenue / whole)
            rows.append([first, scheme.name_of(key, "").name, customers, shares[0], amount, shares[1]])
    heading = [
        _("First day of"),
        _("Tier"),
        _("Customers"),
        _("Share of customers"),
        _("Net amount"),
        _("Share of net amount"),
    ]
    return Table("tiers", _("Tiers over time"), heading, rows, words=2)
