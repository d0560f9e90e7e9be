"""Signals of priority: rules that raise how urgent a customer is, or how close. Other rooms add to the registry."""

from dataclasses import dataclass
from typing import Literal

from zhike.engine.rules.ast import AllOf, Condition, Op, Rule
from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class Signal:
    """A customer who meets `rule` gains `points` (0 to 100) in that part, unless the scheme gives other points."""

    key: str
    part: Literal["urgency", "relationship"]
    rule: Rule
    points: int
    label: object = ""


signals: Registry[Signal] = Registry("priority signals")


def _add_own() -> None:
    days, often = "recency_days", Condition("frequency", Op.GE, 4)
    for one in (
        Signal("at_risk", "urgency", Condition(days, Op.BETWEEN, (91, 180)), 60),
        Signal("slipping", "urgency", AllOf((often, Condition(days, Op.BETWEEN, (61, 90)))), 40),
        Signal(
            "first_month",
            "urgency",
            AllOf((Condition("purchase_days_total", Op.EQ, 1), Condition("days_as_customer", Op.LE, 30))),
            30,
        ),
        Signal("one_year", "relationship", Condition("days_as_customer", Op.GE, 365), 30),
        Signal("three_years", "relationship", Condition("days_as_customer", Op.GE, 1095), 20),
        Signal("often", "relationship", often, 30),
        Signal("has_owner", "relationship", Condition("owner", Op.IS_SET), 20),
    ):
        signals.add(one.key, one)


_add_own()
