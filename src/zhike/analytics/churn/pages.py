"""What the page of churn risk shows, loaded and worded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from zhike.analytics.models import CustomerChurn, ModelRun
from zhike.analytics.permissions import RUN
from zhike.customers.public import Row, column_sources, read_rows, visible_listing
from zhike.kit.actor import Actor

from . import queries
from .describing import calibration_chart, name_features, name_of, say_gain
from .queries import Wanted
from .rules import QUADRANTS, grade_of, quadrant_of
from .words import GRADES, SaidReason, say_reasons
from .words import QUADRANTS as QUADRANT_WORDS

EXPORT = "customers.export_customer"
EXPORTED = ("name", "owner", "churn_value", "churn_chance", "churn_at_stake", "churn_reasons")
MOST_PILLS = 2
MOST_REASONS = 2  # of a line, in a few words; the customer's page has all of them in full
SHOWN = ("horizon", "active_days", "rows", "left", "value_cut", "expected_left")  # of the card


@dataclass(frozen=True, slots=True)
class Line:
    """A customer of the list; `grade` words the chance."""

    row: Row
    chance: CustomerChurn
    grade: str | Promise
    quadrant: str
    reasons: Sequence[SaidReason]
    pills: Sequence[SafeString | str]


def churn_page(params: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Return the context of the page; `run` is None as long as no run is in use."""
    run, last = queries.get_run_in_use(), queries.get_last_run()
    wanted = read_wanted(params)
    found = {"run": run, "last": last, "may_run": actor.may(RUN), "wanted": wanted, "analysis": queries.ANALYSIS}
    if run is None:
        return found
    after, before = params.get("after", ""), params.get("before", "")
    page = queries.list_at_risk(run, wanted=wanted, actor=actor, after=after, before=before)
    lines = make_lines(page.rows, run, actor=actor)
    return {
        **found,
        "page": page,
        "lines": lines,
        "matrix": _matrix(run, wanted, actor),
        "facets": [(facet, _options(facet, wanted, actor)) for facet in queries.list_facets()],
        "currency": run.card["currency"],
        "quality": describe_quality(run),
        "calibration": calibration_chart(run.card),
        "gain": say_gain(run.card),
        "export_query": _export_query(wanted) if actor.may(EXPORT) else "",
        "leaks_text": describe_leaks(run),
        **{key: run.card[key] for key in SHOWN},
        **{key: date.fromisoformat(run.card[key]) for key in ("fitted_on", "tested_on")},
    }


def read_wanted(params: QueryDict) -> Wanted:
    """Return what an address narrows by; an unknown quadrant is left out."""
    quadrant = params.get("show", "")
    return Wanted(
        quadrant if quadrant in QUADRANTS else "",
        [one for one in params.getlist("class")[:20] if one],
        [one for one in params.getlist("owner")[:20] if one],
    )


def make_lines(chances: Sequence[CustomerChurn], run: ModelRun, *, actor: Actor) -> list[Line]:
    """Return the lines of a page in its order; two queries however many there are, and one for pills."""
    rows = {one.customer_id: one for one in read_rows(visible_listing(actor).filter(
        customer_id__in=[one.customer_id for one in chances]), currency=run.card["currency"])}  # fmt: skip
    columns = [column for source in column_sources for column in source() if column.cell][:MOST_PILLS]
    return [
        Line(
            row,
            one,
            GRADES[grade_of(one.chance)],
            quadrant_of(chance=one.chance, value=one.value, value_cut=run.card["value_cut"]),
            say_reasons(one.reasons, row.currency)[:MOST_REASONS],
            [cell for column in columns if column.cell and (cell := column.cell(row))],
        )
        for one in chances
        if (row := rows.get(one.customer_id))
    ]


def _matrix(run: ModelRun, wanted: Wanted, actor: Actor) -> list[list[dict[str, Any]]]:
    counted = {one.key: one for one in queries.count_quadrants(run, wanted=wanted, actor=actor)}
    most = max((one.at_stake for one in counted.values()), default=0) or 1
    cells = {
        key: {
            "key": key,
            "label": QUADRANT_WORDS[key][0],
            "meaning": QUADRANT_WORDS[key][1],
            "customers": one.customers,
            "at_stake": one.at_stake,
            "level": max(1, round(one.at_stake / most * 3)) if one.customers else 0,
            "current": wanted.quadrant == key,
        }
        for key, one in counted.items()
    }
    return [[cells["save"], cells["keep"]], [cells["remind"], cells["rest"]]]


def _options(facet: Any, wanted: Wanted, actor: Actor) -> list[dict[str, Any]]:
    chosen = set(wanted.of(facet.key))
    return [
        {"value": one.value, "label": one.label, "group": one.group, "selected": one.value in chosen}
        for one in facet.choices(actor)
    ]


def describe_quality(run: ModelRun) -> list[dict[str, Any]]:
    """Return the figures of the models and of the naive share, the chosen one first, each with a name."""
    card = run.card
    order = sorted(card["quality"], key=lambda kind: (kind != card["chosen"], kind == "naive"))
    return [
        {
            "name": name_of(kind),
            "chosen": kind == card["chosen"],
            "error": card["auc_error"] if kind == card["chosen"] else None,
            **card["quality"][kind],
        }
        for kind in order
    ]


def describe_leaks(run: ModelRun) -> str:
    """Return the values that were left out because they give the outcome away."""
    return name_features(run.card["leaks"])


def _export_query(wanted: Wanted) -> str:
    """Return the address that the export of the customer list takes: the same customers, with these columns."""
    query = QueryDict(mutable=True)
    query.setlist("churn", [wanted.quadrant] if wanted.quadrant else list(QUADRANTS))
    query.setlist("class", list(wanted.classes))
    query.setlist("owner", list(wanted.owners))
    query.setlist("column", list(EXPORTED))
    return query.urlencode()
