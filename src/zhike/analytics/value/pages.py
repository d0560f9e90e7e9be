"""What the page of value shows, from the card of the run in use and from the value model."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhike.analytics.class_names import Schemes, name_schemes
from zhike.analytics.figures import Table
from zhike.analytics.models import ModelRun
from zhike.analytics.shown_run import find_shown_run, find_table
from zhike.analytics.value_model.panels import rounded
from zhike.analytics.value_model.queries import find_run
from zhike.kit.actor import Actor
from zhike.ui.public import format_compact_money, format_exact, format_share

from . import looking_back, queries, spread

ANALYSIS = "concentration"
WINDOWS = (spread.YEAR, spread.EVER)
PARTS = ("distribution", "concentration", "tiers", "hindsight")


def read_window(params: QueryDict) -> str:
    found = params.get("window", "")
    return found if found in WINDOWS else spread.YEAR


def value_page(params: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Return the context: figures over everybody for who may see everybody, forecasts of one's own for everyone."""
    shown, window, schemes = find_shown_run(ANALYSIS, actor), read_window(params), name_schemes()
    found: dict[str, Any] = {"shown": shown, "window": window} | _forecast(schemes, actor)
    if shown.run is None:
        return found
    card = shown.run.card
    figures = card[window]
    return found | {
        "card": card,
        "figures": figures,
        "currency": card["currency"],
        "stats": _stats(figures, card["currency"]),
        "distribution": spread.spread_chart(figures, card["currency"]),
        "curve": spread.curve_chart(figures),
        "tiers": spread.list_tiers(card, schemes),
        "hindsight": looking_back.describe_hindsight(card["hindsight"]),
        "tables": {part: make_table(card, window, part, schemes) for part in PARTS},
        "other_currencies": ", ".join(sorted(card["other_currencies"])),
    }


def _stats(figures: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    without, top = figures["without"]["customers"], {one: (count, share) for one, count, share in figures["top"]}
    note = _("and {count} at 0 or below").format(count=format_exact(without)) if without else ""
    stats = [{"name": _("Customers with a net amount"), "value": format_exact(figures["customers"]), "note": note}]
    if not figures["customers"]:
        return stats
    median = _("median {amount}").format(amount=format_compact_money(figures["median"], currency))
    stats.append({"name": _("Net amount"), "value": format_compact_money(figures["amount"], currency), "note": median})
    for one in (1, 20):
        name = _("Largest {share} of customers").format(share=f"{one}%")
        count = _("{count} customers").format(count=format_exact(top[one][0]))
        stats.append({"name": name, "value": format_share(top[one][1]), "note": count})
    return stats


def _forecast(schemes: Schemes, actor: Actor) -> dict[str, Any]:
    """Return what the value model says: by class of the tier that the figures use, and the largest customers."""
    run = find_run()
    if run is None:
        return {"model_run": None}
    tops = queries.list_top_customers(run=run, actor=actor)
    return {
        "model_run": run,
        "horizon": run.card.get("horizon_days"),
        "model_currency": run.card.get("currency", ""),
        "classes": _class_rows(run, schemes, actor),
        "tops": [replace(one, clv=rounded(one.clv)) for one in tops],
    }


def _class_rows(run: ModelRun, schemes: Schemes, actor: Actor) -> list[dict[str, Any]]:
    """Return the classes of the first type whose classes are tiers of value; empty without one."""
    tier = next((one for one in schemes.values() if one.kind == "value_tier"), None)
    if tier is None:
        return []
    rows = queries.list_class_values(run=run, class_ids=list(tier.classes), actor=actor)
    whole = sum(one.clv for one in rows) or 1
    return [{"one": tier.classes[row.class_id], "row": row, "share": row.clv / whole} for row in rows]


def make_table(card: Mapping[str, Any], window: str, part: str, schemes: Schemes) -> Table | None:
    """Return the numbers of a part of the page; None where there are none."""
    match part:
        case "distribution":
            return spread.spread_table(card[window], card["currency"], window)
        case "concentration":
            return spread.curve_table(card[window], window)
        case "tiers":
            return spread.tier_table(card, schemes)
        case "hindsight":
            return looking_back.hindsight_table(card["hindsight"])
    return None


def find_file(params: QueryDict, *, actor: Actor) -> tuple[Table, str, date]:
    """Return the table that an address asks for, the ending of the file, the day of the run. :raises NoSuchRun:"""
    part, chosen = params.get("part", ""), read_window(params)
    return find_table(
        ANALYSIS, actor, params.get("as", ""), lambda card: make_table(card, chosen, part, name_schemes())
    )
