"""What the engine is asked to sort customers by: schemes and their classes, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zhike.engine.datasets import ATTRIBUTES
from zhike.engine.errors import SchemeCircle, SchemeWrong
from zhike.engine.rules.ast import Rule, scheme_ids
from zhike.engine.rules.check import refuse_wrong_rule
from zhike.engine.rules.document import rule_from_json, rule_to_json
from zhike.engine.rules.traits import traits
from zhike.engine.signals import Signal, signals

WINDOW_DAYS = 365
SCORE_COUNT = 5
LIFECYCLE_KEYS = ("prospect", "first_purchase", "repeat", "loyal", "at_risk", "lost", "won_back")
VALUE_TIER_KEYS = ("A", "B", "C")
PRIORITY_KEYS = ("VIP", "A", "B", "C")
STRATEGIC_KEYS = ("strategic", "key", "ordinary")
PARTS = ("value", "urgency", "relationship")  # of a priority; each has 0 to 100 points
PRIORITY_STEPS = 10  # tenths of the buying customers, by what they bring
RFM_SEGMENTS = {
    "HHH": "important_value",
    "HLH": "important_growth",
    "LHH": "important_keep",
    "LLH": "important_retain",
    "HHL": "ordinary_value",
    "HLL": "ordinary_growth",
    "LHL": "ordinary_keep",
    "LLL": "ordinary_retain",
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "lifecycle": {
        "at_risk_days": 90,
        "lost_days": 180,
        "won_back_gap_days": 180,
        "loyal_purchase_days": 4,
        "window_days": WINDOW_DAYS,
    },
    "value_tier": {"cuts": ["0.80", "0.95"], "window_days": WINDOW_DAYS, "cut_points": "moving"},
    "rfm": {
        "window_days": WINDOW_DAYS,
        "score_count": SCORE_COUNT,
        "high_from": {"r": 4, "f": 4, "m": 4},
        "segments": RFM_SEGMENTS,
        "cut_points": "moving",
    },
    "attribute": {"attribute": "country", "home": "CN"},
    "priority": {
        "weights": {"value": 50, "urgency": 30, "relationship": 20},
        "points": {},
        "cuts": [70, 50, 30],
        "window_days": WINDOW_DAYS,
        "cut_points": "moving",
    },
    "strategic": {
        "cuts": ["0.50", "0.80"],
        "growth_percent": 20,
        "floor_percent": -20,
        "potential": True,
        "least_peers": 8,
        "window_days": WINDOW_DAYS,
        "cut_points": "moving",
    },
    "rule": {},
}
WINDOWED = ("rfm", "value_tier", "lifecycle", "priority", "strategic")
KINDS = tuple(DEFAULTS)
MATCHED = {name for name, _ in ATTRIBUTES} - {"tags", "custom", "created_at", "archived_at"} | {"region"}


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """A class of a scheme; `rule` only in rule schemes, where the default class has none."""

    id: int
    key: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class SchemeSpec:
    """A scheme as the engine sees it: `kind` is one of KINDS, `parameters` override DEFAULTS[kind].

    `classes` are in order: of a value tier from the highest down, of a rule scheme as they are tried.
    A class key that the kind expects and `classes` lacks (a retired class) leaves its customers without a class.
    """

    id: int
    kind: str
    classes: Sequence[ClassSpec]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        return self.parameters.get(name, DEFAULTS[self.kind].get(name))

    def class_id(self, key: str) -> int | None:
        return next((one.id for one in self.classes if one.key == key), None)

    @property
    def window(self) -> int | None:
        """Days of the window in which frequency and monetary count; None where the kind has no window."""
        return int(self.get("window_days")) if self.kind in WINDOWED else None

    @property
    def windows(self) -> tuple[int, ...]:
        """Every window that the kind counts in: growth compares one with the one before it."""
        if self.window is None:
            return ()
        return (self.window, 2 * self.window) if self.kind == "strategic" else (self.window,)

    @property
    def weights(self) -> dict[str, int]:
        """The weights of a priority's parts, in their order."""
        return {name: int(self.get("weights")[name]) for name in PARTS}

    def signals(self, part: str) -> list[tuple[Signal, int]]:
        """Return the signals of a part of a priority with the points that each gives here."""
        own = self.get("points")
        return [(one, int(own.get(one.key, one.points))) for one in signals if one.part == part]

    @property
    def rules(self) -> list[Rule]:
        """Every rule that the scheme reads: those of its classes, and of its signals."""
        found = [one.rule for one in self.classes if one.rule is not None]
        return [*found, *(one.rule for one in self._own_signals())]

    @property
    def has_fixed_cuts(self) -> bool:
        return self.get("cut_points") == "fixed"

    @property
    def shares(self) -> list[Fraction]:
        """The cuts of a value tier as exact fractions."""
        return [Fraction(Decimal(str(cut))) for cut in self.get("cuts")]

    def to_json(self) -> dict[str, Any]:
        """Return what decides the classes, to tell whether a scheme has changed since it was computed."""
        return {
            "id": self.id,
            "kind": self.kind,
            "parameters": {**DEFAULTS[self.kind], **self.parameters},
            "classes": [[one.id, one.key, rule_to_json(one.rule) if one.rule else None] for one in self.classes],
            "signals": [[one.key, one.part, rule_to_json(one.rule), one.points] for one in self._own_signals()],
        }

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> "SchemeSpec":
        """Return the scheme that `to_json` told of; signals are those that are registered now.

        :raises KeyError, TypeError, ValueError: if it is none.
        """
        classes = tuple(
            ClassSpec(int(one), str(key), rule_from_json(rule) if rule else None) for one, key, rule in found["classes"]
        )
        return SchemeSpec(int(found["id"]), str(found["kind"]), classes, dict(found.get("parameters", {})))

    def _own_signals(self) -> list[Signal]:
        return list(signals) if self.kind == "priority" else []


def built_in_schemes() -> list[SchemeSpec]:
    """Return lifecycle, value tier and RFM with their default values; the classes of scheme 1 are 100, 101, …"""
    kinds = {"lifecycle": LIFECYCLE_KEYS, "value_tier": VALUE_TIER_KEYS, "rfm": tuple(RFM_SEGMENTS.values())}
    return [
        SchemeSpec(place, kind, tuple(ClassSpec(place * 100 + at, key) for at, key in enumerate(keys)))
        for place, (kind, keys) in enumerate(kinds.items(), start=1)
    ]


def check_scheme(spec: SchemeSpec) -> None:
    """:raises SchemeWrong: if the parameters make no sense. :raises RuleWrong: if a rule cannot be computed."""
    if spec.kind not in DEFAULTS:
        raise SchemeWrong(scheme=spec.id, reason=f"there is no kind {spec.kind!r}")
    if unknown := set(spec.parameters) - set(DEFAULTS[spec.kind]) - {"default"}:
        raise SchemeWrong(scheme=spec.id, reason=f"unknown parameters {', '.join(sorted(unknown))}")
    if problem := _problem(spec):
        raise SchemeWrong(scheme=spec.id, reason=problem)
    for rule in spec.rules:
        refuse_wrong_rule(rule, traits)


def _problem(spec: SchemeSpec) -> str:
    days = [spec.get(name) for name in DEFAULTS[spec.kind] if name.endswith("_days")]
    if any(not isinstance(one, int) or not 1 <= one <= 36_500 for one in days):
        return "days are whole numbers from 1 to 36500"
    if spec.kind == "lifecycle" and spec.get("at_risk_days") >= spec.get("lost_days"):
        return "at_risk_days is less than lost_days"
    if spec.kind == "value_tier":
        cuts = spec.shares
        if cuts != sorted(set(cuts)) or not all(0 < one < 1 for one in cuts) or len(cuts) != len(spec.classes) - 1:
            return "cuts rise between 0 and 1, one fewer than there are classes"
    if spec.kind == "rfm":
        if not 2 <= spec.get("score_count") <= 10:
            return "score_count is from 2 to 10"
        if set(spec.get("segments")) != set(RFM_SEGMENTS) or set(spec.get("high_from")) != set("rfm"):
            return "segments name all eight of HHH … LLL, high_from gives r, f and m"
    if spec.kind in ("priority", "strategic"):
        return _weighing_problem(spec)
    if spec.kind == "attribute" and spec.get("attribute") not in MATCHED:
        return f"customers cannot be sorted by {spec.get('attribute')!r}"
    return ""


def _weighing_problem(spec: SchemeSpec) -> str:
    if spec.kind == "strategic":
        shares = spec.shares
        if len(shares) != 2 or not 0 < shares[0] < shares[1] < 1:
            return "two cuts rise between 0 and 1"
        percents = (spec.get("growth_percent"), spec.get("floor_percent"))
        return "" if all(-100 <= int(one) <= 1000 for one in percents) else "growth is from -100 to 1000 percent"
    if set(spec.get("weights")) != set(PARTS) or min(spec.weights.values()) < 0 or not sum(spec.weights.values()):
        return "weights of value, urgency and relationship are not negative, and not all 0"
    cuts = [int(one) for one in spec.get("cuts")]
    if cuts != sorted(set(cuts), reverse=True) or not all(0 <= one <= 100 for one in cuts):
        return "cuts fall between 100 and 0"
    return "" if len(cuts) == len(spec.classes) - 1 else "there is one cut fewer than there are classes"


def in_order(specs: Sequence[SchemeSpec]) -> list[list[SchemeSpec]]:
    """Return the schemes in layers: each asks only for classes of the layers before it.

    A rule that asks for a scheme which is not among `specs` (a hand scheme, a retired one) is no one's wait.

    :raises SchemeCircle: if schemes ask for each other's classes in a circle.
    """
    known = {spec.id for spec in specs}
    waits = {spec.id: {one for rule in spec.rules for one in scheme_ids(rule)} & known for spec in specs}
    layers: list[list[SchemeSpec]] = []
    done: set[int] = set()
    while len(done) < len(specs):
        layer = [spec for spec in specs if spec.id not in done and waits[spec.id] <= done]
        if not layer:
            raise SchemeCircle(schemes=", ".join(str(one) for one in sorted(known - done)))
        layers.append(layer)
        done |= {spec.id for spec in layer}
    return layers


def metrics_scheme(specs: Sequence[SchemeSpec]) -> SchemeSpec | None:
    """Return the scheme that gives the published scores and window: the first RFM scheme."""
    return next((spec for spec in specs if spec.kind == "rfm"), None)
