"""The card of a run of churn risk in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.analytics.runs.cards import Card, CardChart, CardPart, CardTable
from zhike.ui.public import format_day, format_number, format_share

from .words import FEATURES

MODELS = ("boosting", "logistic", "naive")


def describe(card: Mapping[str, Any]) -> Card:
    """Return figures by which runs are compared, the test of each model, calibration, and what was used."""
    chosen, naive = card["quality"].get(card["chosen"]), card["quality"].get("naive")
    figures = [(_("Customers tested"), format_number(card["rows"]), "")]
    if chosen and naive:
        error = _("± {error}; 0.5 is a guess").format(error=_three(card["auc_error"]))
        share = _("overall share: {figure}")
        figures += [
            ("AUC", _three(chosen["auc"]), error),
            (_("Brier score"), _three(chosen["brier"]), share.format(figure=_three(naive["brier"]))),
            (_("Less error than the overall share"), *say_gain(card)),
            (_("Average precision"), _three(chosen["average_precision"]),
             share.format(figure=_three(naive["average_precision"]))),
        ]  # fmt: skip
    parts = [_tested(card), CardPart(calibration_table(card), _chart(card))] if chosen else []
    return Card(figures, parts, _notes(card))


def say_gain(card: Mapping[str, Any]) -> tuple[str, str]:
    """Return by how much the model errs less than the overall share, and its interval; early cards do not tell."""
    if not card.get("gain"):
        return "–", ""
    gain, low, high = (format_share(one) for one in card["gain"])
    return gain, _("95 % interval {low} to {high}").format(low=low, high=high)


def name_of(kind: str) -> str:
    """Return the name of a model."""
    names = {"boosting": _("Boosted trees"), "logistic": _("Logistic regression"), "naive": _("The overall share")}
    return names.get(kind, kind)


def _tested(card: Mapping[str, Any]) -> CardPart:
    kinds = [kind for kind in MODELS if kind in card["quality"]]
    figures = ("auc", "average_precision", "brier", "log_loss")
    rows = [[name_of(kind), *(_three(card["quality"][kind][name]) for name in figures)] for kind in kinds]
    heading = [_("Model"), "AUC", _("Average precision"), _("Brier score"), _("Logarithmic loss")]
    note = _(
        "Learnt as of {fitted}, tested as of {tested}: {left} of {rows} customers then bought nothing for {days} days. "
        "The model with the least logarithmic loss is taken."
    ).format(
        fitted=_day(card["fitted_on"]),
        tested=_day(card["tested_on"]),
        left=format_number(card["left"]),
        rows=format_number(card["rows"]),
        days=card["horizon"],
    )
    return CardPart(CardTable(_("Tested on a later day"), heading, rows, marked=kinds.index(card["chosen"]), note=note))


def calibration_table(card: Mapping[str, Any]) -> CardTable:
    """Return what was said beside what happened, in bins of equal size by chance."""
    rows = [
        [format_share(one["said"]), format_share(one["happened"]), format_number(one["customers"])]
        for one in card["calibration"]
    ]
    return CardTable(_("Said and happened"), [_("Chance that was said"), _("Left"), _("Customers")], rows, words=0)


def calibration_chart(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return the block of the chart of calibration."""
    bins = card["calibration"]
    return {
        "labels": [format_share(one["said"], 0) for one in bins],
        "axis": {"size": 0.01, "unit": "%", "max": 1, "step": 0.25},
        "series": [
            {
                "name": name,
                "colour": colour,
                "values": [one[key] for one in bins],
                "written": [format_share(one[key]) for one in bins],
                "line": key == "said",
                "dash": key == "said",
            }
            for key, name, colour in (
                ("happened", _("Left"), "--zk-chart"),
                ("said", _("Chance that was said"), "--zk-ink-2"),
            )
        ],
    }


def _chart(card: Mapping[str, Any]) -> CardChart:
    label = _("Share that left beside the chance that was said. The numbers stand in the table below.")
    return CardChart("calibration", calibration_chart(card), label)


def _notes(card: Mapping[str, Any]) -> list[str]:
    used = name_features(card["features"])
    found = [_("Learnt from: {names}. Every value was known before the day.").format(names=used)]
    if card["leaks"]:
        left_out = name_features(card["leaks"])
        found.append(_("Left out because they nearly give the outcome away: {names}.").format(names=left_out))
    return found


def name_features(keys: Iterable[str]) -> str:
    """Return the values that a model looks at, one after the other, as the language lists things."""
    return ("、" if (get_language() or "").startswith("zh") else "; ").join(str(FEATURES.get(one, one)) for one in keys)


def _three(value: float) -> str:
    return f"{value:.3f}"


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text))
