"""What the pages of models and their runs show."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.timezone import now

from zhike.accounts.public import get_organisation
from zhike.analytics.models import ModelRun
from zhike.analytics.permissions import RUN
from zhike.kit.actor import Actor
from zhike.kit.clock import local_day

from . import queries
from .actions import OPEN
from .cards import Card
from .forms import CompareForm, RunForm
from .registry import analyses

Status = ModelRun.Status


def describe_models(actor: Actor) -> dict[str, Any]:
    standings = queries.list_standings()
    shown = [{"standing": one, "figures": card_of(one.in_use).figures[:4]} for one in standings]
    return {
        "rows": shown,
        "may_run": actor.may(RUN),
        "any_open": any(one.is_open for one in standings),
        "none_run": not any(one.last for one in standings),
    }


def describe_model(actor: Actor, *, key: str, form: RunForm) -> dict[str, Any]:
    standing = queries.get_standing(key=key)
    return {
        "standing": standing,
        "analysis": standing.analysis,
        "runs": queries.list_runs(key=key),
        "form": form,
        "may_run": actor.may(RUN),
        **describe_progress(standing),
    }


def describe_progress(standing: queries.Standing) -> dict[str, Any]:
    return {"standing": standing, "seconds": seconds_of(standing.last, now()) if standing.is_open else None}


def describe_run(actor: Actor, run: ModelRun, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run with its card, and another one's figures beside where that is asked for."""
    others = [
        one for one in queries.list_runs(key=run.analysis) if one.id != run.id and one.card and one.status not in OPEN
    ]
    form = CompareForm(asked or None, others=others)
    chosen = form.cleaned_data["beside"] if form.is_valid() else None
    beside = next((one for one in others if one.id == chosen), None)
    card = card_of(run)
    return {
        "run": run,
        "analysis": analyses[run.analysis],
        "card": card,
        "is_open": run.status in OPEN,
        "seconds": seconds_of(run, now()),
        "beside": beside,
        "pairs": pair_figures(card, card_of(beside)) if beside else [],
        "compare": form if others else None,
        "may_use": actor.may(RUN) and run.kept and not run.in_use,
    }


def card_of(run: ModelRun | None) -> Card:
    """Return the card of a run in words; an empty one where the analysis says nothing of it."""
    found = analyses.get(run.analysis) if run is not None else None
    if run is None or found is None or found.describe is None or not run.card:
        return Card()
    return found.describe(run.card)


def pair_figures(card: Card, beside: Card) -> list[tuple[str, str, str]]:
    """Return (name, this run, the other) of every figure that either has."""
    ours, theirs = ({name: value for name, value, _ in one.figures} for one in (card, beside))
    return [(name, ours.get(name, "–"), theirs.get(name, "–")) for name in dict.fromkeys([*ours, *theirs])]


def seconds_of(run: ModelRun | None, at: datetime) -> int | None:
    """Return how long a run has taken, or takes until now."""
    return None if run is None else max(0, round(((run.finished_at or at) - run.created_at).total_seconds()))


def today() -> date:
    return local_day(now(), get_organisation().time_zone)
