"""What the thresholds of a scheme may be. Pure: the same checks serve pages, API and commands."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from zhike.classification.errors import (
    CutsOutOfOrder,
    DaysOutOfOrder,
    HueWrong,
    KeyWrong,
    NumberWrong,
    ScoresOutOfOrder,
    SegmentUnknown,
)

HUES = ("cinnabar", "orange", "amber", "olive", "bamboo", "teal", "sky", "indigo", "violet", "rose", "plain")
SCORES = ("HHH", "HLH", "LHH", "LLH", "HHL", "HLL", "LHL", "LLL")
DAYS = {  # name of a number of days: least, most
    "at_risk_days": (1, 3650),
    "lost_days": (2, 3650),
    "won_back_gap_days": (1, 3650),
    "loyal_purchase_days": (2, 365),
    "window_days": (7, 3650),
}
KEY_LENGTH = 40
# The classes of these kinds follow from the computation, so none can be added or retired.
FIXED_KINDS = ("rfm", "value_tier", "lifecycle", "attribute", "priority", "strategic")
PARTS = ("value", "urgency", "relationship")
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


def check_key(key: str) -> None:
    """:raises KeyWrong:"""
    if len(key) > KEY_LENGTH or not _KEY.match(key):
        raise KeyWrong(key=key[:KEY_LENGTH], most=KEY_LENGTH)


def check_hue(hue: str) -> None:
    """:raises HueWrong:"""
    if hue not in HUES:
        raise HueWrong(hue=hue[:20], hues=", ".join(HUES))


def check_parameters(kind: str, parameters: Mapping[str, Any], class_keys: Collection[str]) -> dict[str, Any]:
    """Return the parameters of a scheme in their stored shape.

    :raises NumberWrong: for a number out of range; `DaysOutOfOrder`, `CutsOutOfOrder`, `SegmentUnknown` likewise.
    """
    match kind:
        case "lifecycle":
            return _lifecycle(parameters)
        case "value_tier":
            return _value_tier(parameters, len(class_keys))
        case "rfm":
            return _rfm(parameters, class_keys)
        case "priority":
            return _priority(parameters, len(class_keys))
        case "strategic":
            return _strategic(parameters)
        case "rule":
            order = [key for key in parameters.get("order", []) if key in class_keys]
            default = parameters.get("default")
            return {"order": order, "default": default if default in class_keys else None}
    return dict(parameters)


def _whole(name: str, value: Any, least: int, most: int) -> int:
    try:
        number = int(str(value))
    except ValueError as error:
        raise NumberWrong(field=name, value=str(value)[:20], least=least, most=most) from error
    if not least <= number <= most:
        raise NumberWrong(field=name, value=number, least=least, most=most)
    return number


def _days(parameters: Mapping[str, Any], *names: str) -> dict[str, int]:
    return {name: _whole(name, parameters.get(name, ""), *DAYS[name]) for name in names}


def _lifecycle(parameters: Mapping[str, Any]) -> dict[str, Any]:
    days = _days(parameters, *DAYS)
    if days["at_risk_days"] >= days["lost_days"]:
        raise DaysOutOfOrder(at_risk=days["at_risk_days"], lost=days["lost_days"])
    return days


def _value_tier(parameters: Mapping[str, Any], class_count: int) -> dict[str, Any]:
    given = [str(cut) for cut in parameters.get("cuts", [])]
    shown = "、".join(given)
    try:
        cuts = [Decimal(cut) for cut in given]
    except InvalidOperation as error:
        raise CutsOutOfOrder(cuts=shown) from error
    rising = all(before < after for before, after in zip([Decimal(0), *cuts], [*cuts, Decimal(1)], strict=True))
    if not rising or len(cuts) != class_count - 1:
        raise CutsOutOfOrder(cuts=shown)
    return {
        "cuts": [_written(cut) for cut in cuts],
        "cut_points": "fixed" if parameters.get("cut_points") == "fixed" else "moving",
        **_days(parameters, "window_days"),
    }


def _priority(parameters: Mapping[str, Any], class_count: int) -> dict[str, Any]:
    given = parameters.get("weights", {})
    weights = {name: _whole(f"weight_{name}", given.get(name, ""), 0, 100) for name in PARTS}
    if not any(weights.values()):
        raise NumberWrong(field="weight_value", value=0, least=1, most=100)
    points = {
        str(key): _whole(f"points_{key}", value, 0, 100) for key, value in dict(parameters.get("points", {})).items()
    }
    cuts = [_whole(f"cut_{place}", value, 0, 100) for place, value in enumerate(parameters.get("cuts", []))]
    if len(cuts) != class_count - 1 or cuts != sorted(set(cuts), reverse=True):
        raise ScoresOutOfOrder(scores="、".join(map(str, cuts)))
    return {
        "weights": weights,
        "points": points,
        "cuts": cuts,
        "cut_points": "fixed" if parameters.get("cut_points") == "fixed" else "moving",
        **_days(parameters, "window_days"),
    }


def _strategic(parameters: Mapping[str, Any]) -> dict[str, Any]:
    shares = _value_tier({**parameters, "cut_points": parameters.get("cut_points")}, 3)
    return shares | {
        "growth_percent": _whole("growth_percent", parameters.get("growth_percent", ""), 0, 1000),
        "floor_percent": _whole("floor_percent", parameters.get("floor_percent", ""), -100, 0),
        "potential": bool(parameters.get("potential")),
        "least_peers": _whole("least_peers", parameters.get("least_peers", 8), 2, 1000),
    }


def _written(cut: Decimal) -> str:
    """Return a share with two to four places: 0.80, 0.925."""
    whole, places = f"{cut:.4f}".split(".")
    return f"{whole}.{places[:2]}{places[2:].rstrip('0')}"


def _rfm(parameters: Mapping[str, Any], class_keys: Collection[str]) -> dict[str, Any]:
    count = _whole("score_count", parameters.get("score_count", 5), 2, 10)
    high = parameters.get("high_from", {})
    segments = {scores: str(parameters.get("segments", {}).get(scores, "")) for scores in SCORES}
    for scores, segment in segments.items():
        if segment not in class_keys:
            raise SegmentUnknown(segment=segment, scores=scores)
    return {
        "score_count": count,
        "high_from": {axis: _whole(f"high_{axis}", high.get(axis, ""), 1, count) for axis in "rfm"},
        "segments": segments,
        "cut_points": "fixed" if parameters.get("cut_points") == "fixed" else "moving",
        **_days(parameters, "window_days"),
    }
