"""Who buys again, as programs read it. Amounts are minor units, shares fractions of 1, months their first days."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import ConfigDict

from zhike.analytics.answers import RUN, RunHead
from zhike.analytics.class_names import Schemes, scheme_of
from zhike.analytics.models import ModelRun

from .cohort_map import month_day


class CohortOut(Schema):
    """Customers by the month of their first purchase; `buyers` and `amounts` begin with that month."""

    month: date
    customers: int
    buyers: list[int] = Field(description="Who bought so many months later; first the month itself")
    amounts: list[int] = Field(description="What they brought then")


class PointOut(Schema):
    """`share` still buys so many days after the first purchase; `low` and `high` bound it with 95 %."""

    days: int
    watched: int
    share: float
    low: float
    high: float


class CurveOut(Schema):
    """How long customers last (Kaplan–Meier): `all`, or by size of the first purchase or kind."""

    key: str
    customers: int
    lost: int
    median: int | None = Field(description="Days that half of them last; null: more than half go on")
    points: list[PointOut]


class ClassRef(Schema):
    class_id: int | None = Field(description="Null: in none, or not a customer yet")
    name: str


class MovesOut(Schema):
    """Customers by class on the first of a month (row) and of the next (column), in the order of `classes`."""

    scheme_id: int
    name: str
    classes: list[ClassRef]
    days: list[date]
    last_month: list[list[int]]
    all_months: list[list[int]]


class TrendRowOut(Schema):
    """What those in a class on the first day of a month did in it."""

    class_id: int | None
    name: str
    members: int
    buyers: int
    repeated: int = Field(description="Bought on two days or more")
    purchase_days: int
    amount: int


class TrendMonthOut(Schema):
    month: date
    classes: list[TrendRowOut]


class TrendOut(Schema):
    scheme_id: int
    kind: str
    name: str
    months: list[TrendMonthOut]


EXAMPLE: dict[str, Any] = {
    "run": RUN | {"analysis": "retention"},
    "currency": "CNY",
    "cohorts": [
        {"month": "2026-09-01", "customers": 31, "buyers": [31, 14, 9], "amounts": [4_120_000, 930_000, 710_000]},
    ],
    "last_month_is_open": True,
    "lost_after": 180,
    "survival": [
        {
            "key": "all",
            "customers": 480,
            "lost": 112,
            "median": None,
            "points": [{"days": 7, "watched": 455, "share": 0.9312, "low": 0.9051, "high": 0.9503}],
        }
    ],
    "moves": {
        "scheme_id": 1,
        "name": "Lifecycle",
        "classes": [{"class_id": 3, "name": "Repeat"}, {"class_id": None, "name": "Not a customer yet"}],
        "days": ["2026-10-01", "2026-11-01"],
        "last_month": [[188, 0], [6, 0]],
        "all_months": [[1902, 0], [71, 0]],
    },
    "trends": [
        {
            "scheme_id": 2,
            "kind": "value_tier",
            "name": "Value tier",
            "months": [
                {
                    "month": "2026-10-01",
                    "classes": [
                        {
                            "class_id": 7,
                            "name": "A",
                            "members": 96,
                            "buyers": 81,
                            "repeated": 44,
                            "purchase_days": 163,
                            "amount": 21_904_000,
                        }
                    ],
                }
            ],
        }
    ],
    "other_currencies": {},
}


class RetentionOut(Schema):
    """Cohorts, how long customers last, moves between stages, and what each class does month by month."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    run: RunHead
    currency: str
    cohorts: list[CohortOut] = Field(description="At most the last 60")
    last_month_is_open: bool = Field(description="Whether the last number of each cohort is of a month that goes on")
    lost_after: int = Field(description="Days of silence after which a customer ended with the last purchase")
    survival: list[CurveOut]
    moves: MovesOut | None
    trends: list[TrendOut]
    other_currencies: dict[str, int] = Field(description="Purchase days by currency; their money is in no sum")


def tell_retention(run: ModelRun, schemes: Schemes) -> dict[str, Any]:
    """Return the card of a run in the shape of RetentionOut."""
    card = run.card
    return {
        "run": run,
        "currency": card["currency"],
        "cohorts": _cohorts(card["cohorts"]),
        "last_month_is_open": card["cohorts"]["partial"],
        "lost_after": card["survival"]["lost_after"],
        "survival": [_curve(one) for one in card["survival"]["curves"]],
        "moves": _moves(card["moves"], schemes),
        "trends": [_trend(one, schemes) for one in card["trend"]],
        "other_currencies": card["other_currencies"],
    }


def _cohorts(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    columns = (found["starts"], found["sizes"], found["buyers"], found["revenue"])
    return [
        {"month": month_day(start), "customers": size, "buyers": buyers, "amounts": amounts}
        for start, size, buyers, amounts in zip(*columns, strict=True)
    ]


def _curve(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ("days", "watched", "share", "low", "high")
    return {**found, "points": [dict(zip(names, one, strict=True)) for one in found["points"]]}


def _moves(found: Mapping[str, Any] | None, schemes: Schemes) -> dict[str, Any] | None:
    if found is None:
        return None
    scheme = scheme_of(schemes, found["scheme"])
    order = [*found["classes"], None]
    return {
        "scheme_id": found["scheme"],
        "name": scheme.name,
        "classes": [{"class_id": one, "name": scheme.name_of(one, _("Not a customer yet")).name} for one in order],
        "days": found["days"],
        "last_month": found["last"],
        "all_months": found["all"],
    }


def _trend(found: Mapping[str, Any], schemes: Schemes) -> dict[str, Any]:
    scheme, names = scheme_of(schemes, found["scheme"]), ("members", "buyers", "repeated", "purchase_days", "amount")
    months = [
        {
            "month": month_day(one["month"]),
            "classes": [
                {"class_id": key, "name": scheme.name_of(key, _("New or in no class")).name}
                | dict(zip(names, figures, strict=True))
                for key, *figures in one["rows"]
            ],
        }
        for one in found["months"]
    ]
    return {"scheme_id": found["scheme"], "kind": found["kind"], "name": scheme.name, "months": months}
