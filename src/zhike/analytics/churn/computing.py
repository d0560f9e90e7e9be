"""The analysis: who of the customers active today will buy nothing in the next 90 days, and why."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop

from zhike.analytics.errors import HistoryTooShort, NobodyActive, NothingBought, TooFewLeft
from zhike.analytics.models import CustomerChurn
from zhike.analytics.runs.registry import Outcome, Rows, Task
from zhike.analytics.said import Said
from zhike.classification.public import get_store
from zhike.customers.public import Customer
from zhike.engine.models.churn import Card
from zhike.engine.models.churn_reasons import find_reasons
from zhike.engine.models.errors import CalibrationEndWrong, NoPurchases, TooFewRows
from zhike.engine.models.from_store import open_purchases
from zhike.engine.models.margins import Margin
from zhike.engine.models.purchase_churn import ACTIVE_DAYS, PurchaseChurn, fit_purchase_churn
from zhike.engine.models.tables import Table

from .rules import HIGH_CHANCE

HORIZON = 90
MOST_REASONS = 3
COLUMNS = ("customer_id", "chance", "value", "at_stake", "reasons")
SILENCE = ("days_since_last", "gaps_since_last")  # two views of one thing: the stronger is told
UPPER = 0.75  # customers of high value: the upper quarter


def compute(task: Task) -> Outcome:
    """Return chances and reasons of everybody who bought in the 365 days before the task's day and is not archived.

    Fitted on what was known 180 days before that day, tested on the last 90.

    :raises NothingBought, HistoryTooShort, TooFewLeft, NobodyActive:
    """
    found, first, last = _fit(task)
    found = replace(found, today=without_archived(found.today))
    if not len(found.today.y):
        raise NobodyActive(days=ACTIVE_DAYS, day=task.as_of.isoformat())
    task.tell()
    chance, value = chances_of(found), np.rint(_column(found.today, "amount_365")).astype(np.int64)
    card = card_of(found, task, chance, value)
    if not found.card.usable:
        return Outcome(card, 0, first, last, refused=refusal_of(found.card))
    places, effects = find_reasons(found.model, rows_of(found), most=MOST_REASONS + 1)
    task.tell()
    rows = _rows(found, chance, value, places, effects)
    return Outcome(card, len(chance), first, last, rows=[Rows(CustomerChurn, COLUMNS, rows)])


def _fit(task: Task) -> tuple[PurchaseChurn, Any, Any]:
    try:
        with open_purchases(get_store(), as_of=task.as_of, zone=task.zone, currency=task.currency) as bought:
            task.tell()
            try:
                return fit_purchase_churn(bought, horizon=HORIZON, as_of=task.as_of), bought.first, bought.last
            except CalibrationEndWrong as wrong:
                needed = str(wrong.facts["day"])
                raise HistoryTooShort(first=bought.first.isoformat(), horizon=HORIZON, needed=needed) from wrong
    except NoPurchases as nothing:
        raise NothingBought(day=task.as_of.isoformat()) from nothing
    except TooFewRows as few:
        raise TooFewLeft(**{key: few.facts[key] for key in ("rows", "rarer", "least")}) from few


def rows_of(found: PurchaseChurn) -> Any:
    """Return today's features (n, features), those of the model alone."""
    return found.today.only({one.name for one in found.model.columns}).matrix()


def chances_of(found: PurchaseChurn) -> Any:
    """Return today's chances, shape (n,)."""
    return (
        np.clip(found.model.chance(rows_of(found)), 0.0, 1.0) if found.model.columns else np.zeros(len(found.today.y))
    )


def refusal_of(card: Card) -> Said:
    """Say why a model is not used."""
    if card.reason == "no_features":
        return Said(gettext_noop("No value is left that tells who leaves without giving it away."))
    figures, margin = card.quality[card.chosen], card.margin or Margin(0.0, 0.0, 0.0, 0)
    facts = {"auc": figures.auc, "error": card.auc_error, "brier": figures.brier, "naive": card.quality["naive"].brier}
    facts |= {"low": margin.low, "high": margin.high}
    sentence = gettext_noop(
        "The model tells no more than the overall share of those who left, or only by chance: AUC {auc} ± {error} "
        "(0.5 is a guess), Brier score {brier} beside {naive}, smaller by {low} to {high} (95 % interval)."
    )
    return Said(sentence, {name: f"{one:.3f}" for name, one in facts.items()})


def gain_of(card: Card) -> list[float] | None:
    """Return by which share the model's Brier score is below that of the overall share, and its 95 % interval."""
    if card.margin is None:
        return None
    part = card.margin.over(card.quality["naive"].brier)
    return [round(one, 4) for one in (part.gain, part.low, part.high)]


def card_of(found: PurchaseChurn, task: Task, chance: Any, value: Any) -> dict[str, Any]:
    """Return the card as plain JSON: what was fitted and tested on what, how it fared, and beside what."""
    card, cut = found.card, int(np.quantile(value, UPPER, method="lower")) if len(value) else 0
    return {
        "horizon": found.horizon,
        "active_days": ACTIVE_DAYS,
        "fitted_on": found.fitted_on.isoformat(),
        "tested_on": found.tested_on.isoformat(),
        "rows": card.rows,
        "left": card.positives,
        "features": list(card.features),
        "leaks": dict(card.leaks),
        "chosen": card.chosen,
        "auc_error": round(card.auc_error, 4),
        "gain": gain_of(card),
        "quality": {
            kind: {
                "auc": round(one.auc, 4),
                "average_precision": round(one.average_precision, 4),
                "brier": round(one.brier, 4),
                "log_loss": round(one.log_loss, 4),
            }
            for kind, one in card.quality.items()
        },
        "calibration": [
            {"customers": one.customers, "said": round(one.said, 4), "happened": round(one.happened, 4)}
            for one in card.calibration
        ],
        "usable": card.usable,
        "currency": task.currency,
        "value_cut": cut,
        "expected_left": round(float(chance.sum()), 1),
        "quadrants": count_quadrants(chance, value, cut),
    }


def stakes_of(chance: Any, value: Any) -> Any:
    """Return the expected losses (n,) in minor units; who gave back more than they bought is no loss."""
    return np.rint(chance * np.maximum(value, 0)).astype(np.int64)


def count_quadrants(chance: Any, value: Any, cut: int) -> dict[str, list[int]]:
    """Return customers and expected loss of each quadrant, of everybody."""
    high, likely = value >= cut, chance >= HIGH_CHANCE
    masks = {"save": high & likely, "keep": high & ~likely, "remind": ~high & likely, "rest": ~high & ~likely}
    at_stake = stakes_of(chance, value)
    return {key: [int(mask.sum()), int(at_stake[mask].sum())] for key, mask in masks.items()}


def without_archived(table: Table) -> Table:
    """Return the customers of a table who are not archived: nobody calls the others."""
    archived = Customer.objects.filter(archived_at__isnull=False).values_list("id", flat=True)
    kept = ~np.isin(np.array(table.ids, dtype=np.int64), np.fromiter(archived, dtype=np.int64))
    columns = tuple(replace(one, values=one.values[kept]) for one in table.columns)
    ids = tuple(one for one, stays in zip(table.ids, kept, strict=True) if stays)
    return replace(table, columns=columns, y=table.y[kept], ids=ids)


def _column(table: Table, name: str) -> Any:
    return next(one.values for one in table.columns if one.name == name)


def _rows(found: PurchaseChurn, chance: Any, value: Any, places: Any, effects: Any) -> Iterator[Sequence[Any]]:
    names = [one.name for one in found.model.columns]
    usual = {name: float(one) for name, one in zip(names, found.model.usual, strict=True)}
    values = {one.name: one.values for one in found.today.columns}
    at_stake = stakes_of(chance, value)
    for at, customer in enumerate(found.today.ids):
        reasons = [
            _reason(names[place], at, values, usual, raises=effect > 0)
            for place, effect in zip(places[at], effects[at], strict=True)
            if place >= 0
        ]
        kept = json.dumps(without_repeats(reasons))
        yield int(customer), float(chance[at]), int(value[at]), int(at_stake[at]), kept


def _reason(name: str, at: int, values: dict[str, Any], usual: dict[str, float], *, raises: bool) -> dict[str, Any]:
    """Return one reason: `value` of the customer, `usual` the median of those it was learnt from; null for unknown.

    Reasons about silence bear `days` since the last purchase and the customer's own usual `gap` too.
    """
    found = {"feature": name, "value": _plain(values[name][at]), "usual": _plain(usual[name]), "raises": bool(raises)}
    if name in SILENCE:
        found |= {"days": _plain(values["days_since_last"][at]), "gap": _plain(values["usual_gap"][at])}
    return found


def _plain(value: float) -> float | int | None:
    if np.isnan(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 2)


def without_repeats(reasons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the strongest reasons; of the two about silence the first only."""
    kept: list[dict[str, Any]] = []
    for one in reasons:
        said = {other["feature"] for other in kept}
        if not (one["feature"] in SILENCE and said & set(SILENCE)):
            kept.append(one)
    return kept[:MOST_REASONS]
