"""What the page of retention shows, from the card of the run in use; choices stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhike.analytics.class_names import Schemes, name_schemes
from zhike.analytics.figures import Table
from zhike.analytics.shown_run import find_shown_run, find_table
from zhike.kit.actor import Actor
from zhike.ui.public import format_exact, format_share

from . import cohort_map, curves, movement

ANALYSIS = "retention"
CHOICES: Mapping[str, tuple[str, ...]] = {  # the first is taken where the address says nothing
    "measure": (cohort_map.CUSTOMERS, cohort_map.REVENUE),
    "curve": tuple(curves.GROUPS),
    "moves": (movement.ALL, movement.LAST),
    "by": ("value_tier", "lifecycle"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    measure: str
    curve: str
    moves: str
    by: str
    everything: bool = False


def read_chosen(params: QueryDict) -> Chosen:
    """Return the choices of an address; an unknown one is the usual one."""
    found = {key: params.get(key, "") for key in CHOICES}
    kept = {key: found[key] if found[key] in values else values[0] for key, values in CHOICES.items()}
    return Chosen(**kept, everything="all" in params)


def retention_page(params: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Return the context: `shown` says which run, the rest is there when one is in use."""
    shown, chosen = find_shown_run(ANALYSIS, actor), read_chosen(params)
    found: dict[str, Any] = {"shown": shown, "chosen": chosen}
    if shown.run is None:
        return found
    card, schemes = shown.run.card, name_schemes()
    lines = curves.find_curves(card, chosen.curve)
    return found | {
        "card": card,
        "stats": _stats(card, shown.run.customers),
        "map": cohort_map.draw_map(card, chosen.measure, everything=chosen.everything),
        "groups": curves.list_groups(card),
        "survival": curves.survival_chart(lines) if lines else None,
        "lost_after": card["survival"]["lost_after"],
        "matrix": movement.draw_matrix(card, chosen.moves, schemes),
        "trends": movement.list_trends(card, schemes),
        "trend": movement.draw_trend(card, chosen.by, schemes),
        "tables": {part: make_table(card, chosen, part, schemes) for part in PARTS},
        "other_currencies": ", ".join(sorted(card["other_currencies"])),
    }


def _stats(card: Mapping[str, Any], buyers: int) -> list[dict[str, str]]:
    stats = [{"name": _("Customers who bought"), "value": format_exact(buyers)}]
    for age in (1, 3):
        if share := cohort_map.average_share(card, age):
            name = _("Bought in the month after") if age == 1 else _("Bought three months after")
            note = _("of all cohorts, weighted by size")
            stats.append({"name": name, "value": format_share(share.ratio), "note": note})
    everybody = curves.find_curves(card, "all")
    if everybody and (told := curves.told_share(everybody[0])):
        name = _("Last longer than {days} days").format(days=told[0])
        stats.append({"name": name, "value": format_share(told[1]), "note": _median(everybody[0])})
    return stats


def _median(curve: Mapping[str, Any]) -> str:
    if curve["median"] is None:
        return _("more than half go on")
    return _("half last {days} days or less").format(days=format_exact(curve["median"]))


PARTS = ("cohorts", "survival", "moves", "trend")


def make_table(card: Mapping[str, Any], chosen: Chosen, part: str, schemes: Schemes) -> Table | None:
    """Return the numbers of a part of the page as they are chosen; None where there are none."""
    match part:
        case "cohorts":
            return cohort_map.cohort_table(card, chosen.measure)
        case "survival":
            return curves.survival_table(card, chosen.curve)
        case "moves":
            return movement.matrix_table(card, chosen.moves, schemes)
        case "trend":
            return movement.trend_table(card, chosen.by, schemes)
    return None


def find_file(params: QueryDict, *, actor: Actor) -> tuple[Table, str, date]:
    """Return the table that an address asks for, the ending of the file, the day of the run. :raises NoSuchRun:"""
    part, chosen = params.get("part", ""), read_chosen(params)
    return find_table(
        ANALYSIS, actor, params.get("as", ""), lambda card: make_table(card, chosen, part, name_schemes())
    )
