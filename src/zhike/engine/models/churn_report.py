"""The card of a churn model as figures, ready for JSON."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from zhike.engine.models.btyd_report import figure
from zhike.engine.models.churn import Card, cross_validate
from zhike.engine.models.tables import read_table


def report_churn(path: Path, *, target: str, key: str = "", folds: int = 5) -> dict[str, Any]:
    """Return how well a file's rows tell its target, each row judged by models that had not seen it.

    :raises TargetWrong, TooFewRows: and all that `read_table` raises.
    """
    table = read_table(path, target=target, key=key)
    card = cross_validate(table, folds=folds)
    return {"target": target, "positive": table.positive, "folds": folds, **describe_card(card)} | {
        "left_out_columns": list(table.left_out)
    }


def describe_card(card: Card) -> dict[str, Any]:
    """Return a card; `auc`, `average_precision`, `brier` are of the boosted trees, the baseline is logistic."""
    kinds = {kind: {name: figure(value) for name, value in asdict(one).items()} for kind, one in card.quality.items()}
    return {
        "rows": card.rows,
        "positives": card.positives,
        **kinds.get("boosting", {}),
        "auc_standard_error": figure(card.auc_error),
        "brier_gain": _margin(card),
        "baseline": kinds.get("logistic", {}),
        "naive": kinds.get("naive", {}),
        "chosen": card.chosen,
        "usable": card.usable,
        "reason": card.reason,
        "leaks": dict(card.leaks),
        "features": list(card.features),
        "calibration": [{key: figure(value) for key, value in asdict(one).items()} for one in card.calibration],
    }


def _margin(card: Card) -> dict[str, float]:
    """Return by how much the chosen model's Brier score is below that of the overall share, with its 95 % interval."""
    if card.margin is None:
        return {}
    return {name: figure(getattr(card.margin, name)) for name in ("gain", "low", "high")}
