"""A forecast of an earlier day beside what happened: as words, chart and table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.charts import chart
from zhike.analytics.figures import Figure, Table
from zhike.analytics.value_model.words import MODEL_NAMES, REASONS
from zhike.ui.public import chart_unit, format_exact


def describe_hindsight(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of the panel; `reason` says why there are no numbers, where there are none."""
    told: dict[str, Any] = {
        "day": date.fromisoformat(found["day"]),
        "last": date.fromisoformat(found["last"]),
        "days": found["days"],
    }
    if not found["identified"]:
        return told | {"reason": str(REASONS[found["reason"]]).format(**found["facts"])}
    return told | {
        "reason": "",
        "customers": found["customers"],
        "happened": found["happened"],
        "model": MODEL_NAMES[found["model"]],
        "verdict": _verdict(found),
        "sureness": sureness(found),
        "rows": _rows(found),
        "chart": _chart(found),
    }


def _rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each way to predict, with its total and its mean error for a customer."""
    names = {
        "model_test": _("Model"),
        "naive_test": _("Everyone at their own rate so far"),
        "nobody_test": _("Nobody buys"),
    }
    best = min(found[key]["mae"] for key in names)
    return [
        {
            "name": name,
            "total": found[key]["total"],
            "off": found[key]["total"] / found["happened"] - 1 if found["happened"] else None,
            "mae": found[key]["mae"],
            "rmse": found[key]["rmse"],
            "best": found[key]["mae"] == best,
        }
        for key, name in names.items()
    ]


def _verdict(found: Mapping[str, Any]) -> str:
    model, naive, happened = found["model_test"], found["naive_test"], found["happened"]
    nearer = abs(model["total"] - happened) <= abs(naive["total"] - happened)
    sharper = model["mae"] <= naive["mae"]
    if nearer and sharper:
        return _("The model came nearer than the naive guess, in the total and for the single customer.")
    if nearer:
        return _("The model came nearer in the total; for the single customer the naive guess was off by less.")
    if sharper:
        return _("The model was off by less for the single customer; in the total the naive guess came nearer.")
    return _("The naive guess came nearer than the model. Do not rely on forecasts before a newer run does better.")


def sureness(found: Mapping[str, Any]) -> str:
    """Return how sure the difference is for the single customer; empty for early cards."""
    if "gain" not in found:
        return ""
    gain, low, high = found["gain"]
    if low <= 0 <= high:
        sentence = _("For the single customer the two differ by no more than chance would give (95 % interval {ends}).")
    elif gain > 0:
        sentence = _("For the single customer the model errs by {gain} purchase days less (95 % interval {ends}).")
    else:
        sentence = _("For the single customer the model errs by {gain} purchase days more (95 % interval {ends}).")
    ends = _("{low} to {high}").format(**_ends(low, high, turned=gain < 0))
    return sentence.format(gain=format_exact(abs(gain), 3), ends=ends)


def _ends(low: float, high: float, *, turned: bool) -> dict[str, str]:
    ends = (-high, -low) if turned else (low, high)
    return dict(zip(("low", "high"), (format_exact(one, 3) for one in ends), strict=True))


def _chart(found: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        (1, _("Predicted"), "--zk-chart"),
        (3, _("Happened"), "--zk-amber-dot"),
        (2, _("Naive guess"), "--zk-ink-3"),
    )
    series = [
        {
            "name": name,
            "colour": colour,
            "line": place == 2,
            "dash": place == 2,
            "values": [one[place] / one[0] for one in found["bands"]],
            "written": [format_exact(one[place] / one[0], 2) for one in found["bands"]],
        }
        for place, name, colour in names
    ]
    highest = max((part / one[0] for one in found["bands"] for part in one[1:]), default=0)
    size, unit = chart_unit(highest)
    return chart([str(place) for place in range(1, len(found["bands"]) + 1)], series, size=size, unit=unit)


def hindsight_table(found: Mapping[str, Any]) -> Table | None:
    """Return the tenths of customers: purchase days in all."""
    if not found["identified"]:
        return None
    rows: list[list[Figure]] = [
        [place, *one[:1], float(one[1]), float(one[3]), float(one[2])] for place, one in enumerate(found["bands"], 1)
    ]
    heading = [_("Tenth by forecast"), _("Customers"), _("Predicted"), _("Happened"), _("Naive guess")]
    return Table("hindsight", _("Forecast and what happened"), heading, rows, words=0)
