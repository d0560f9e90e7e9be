"""How revenue is spread over customers, as programs read it. Amounts are minor units, shares fractions of 1."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from zhike.analytics.answers import RUN, RunHead
from zhike.analytics.class_names import Schemes, scheme_of
from zhike.analytics.models import ModelRun

type Window = Literal["year", "ever"]


class TopOut(Schema):
    percent: int = Field(description="The largest so many of 100 customers")
    customers: int
    share: float


class BinOut(Schema):
    """Customers who brought `low` or more and less than `high`; `low` null: anything below `high`."""

    low: int | None
    high: int
    customers: int
    amount: int


class WithoutOut(Schema):
    customers: int
    amount: int


class TierOut(Schema):
    class_id: int | None = Field(description="Null: in no tier")
    name: str
    customers: int
    amount: int


class TierMonthOut(Schema):
    month: date = Field(description="The first day of the month, on which the tiers are told")
    tiers: list[TierOut]


class TiersOut(Schema):
    scheme_id: int
    name: str
    window_days: int = Field(description="Amounts are of so many days before the day")
    months: list[TierMonthOut]


class FitOut(Schema):
    """A way to foretell, beside what happened: purchase days of all, and errors for the single customer."""

    total: float
    mae: float
    rmse: float


class HindsightOut(Schema):
    """What would have been said on `day` of the `days` after it. Without a model `reason` is the code of why not."""

    day: date
    days: int
    identified: bool
    reason: str | None
    model: str | None
    customers: int | None
    happened: int | None
    foretold: FitOut | None
    own_rate: FitOut | None = Field(description="Everyone goes on at their own rate so far")
    nobody: FitOut | None = Field(description="Nobody buys")
    gain: list[float] | None = Field(
        description="By how much the single customer's error is smaller than at the own rate; ends of the 95 % interval"
    )


EXAMPLE: dict[str, Any] = {
    "run": RUN | {"analysis": "concentration"},
    "window": "year",
    "window_days": 365,
    "currency": "CNY",
    "customers": 412,
    "amount": 361_480_000,
    "median": 412_500,
    "gini": 0.7134,
    "without": {"customers": 3, "amount": -12_000},
    "top": [{"percent": 20, "customers": 83, "share": 0.7312}],
    "curve": [0.0, 0.121, 0.204],
    "bins": [{"low": 100_000, "high": 200_000, "customers": 57, "amount": 8_412_000}],
    "tiers": {
        "scheme_id": 2,
        "name": "Value tier",
        "window_days": 365,
        "months": [
            {"month": "2026-11-01", "tiers": [{"class_id": 7, "name": "A", "customers": 96, "amount": 288_012_300}]}
        ],
    },
    "hindsight": {
        "day": "2026-08-01",
        "days": 90,
        "identified": True,
        "reason": None,
        "model": "mbgnbd",
        "customers": 398,
        "happened": 611,
        "foretold": {"total": 598.2, "mae": 0.71, "rmse": 1.22},
        "own_rate": {"total": 702.9, "mae": 0.83, "rmse": 1.41},
        "nobody": {"total": 0.0, "mae": 1.53, "rmse": 2.6},
        "gain": [0.12, 0.08, 0.16],
    },
    "other_currencies": {"USD": 14},
}


class ConcentrationOut(Schema):
    """How unevenly customers bring revenue, tiers over time, and a forecast of an earlier day beside what happened."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    run: RunHead
    window: Window
    window_days: int = Field(description="Of the window `year`")
    currency: str
    customers: int = Field(description="With a net amount above 0")
    amount: int
    median: int | None
    gini: float | None
    without: WithoutOut = Field(description="Customers at 0 or below: shares leave them out")
    top: list[TopOut]
    curve: list[float] = Field(description="Share of the amount that the largest 0, 1 … 100 % bring")
    bins: list[BinOut]
    tiers: TiersOut | None
    hindsight: HindsightOut
    other_currencies: dict[str, int] = Field(description="Purchase days by currency; their money is in no sum")


def tell_concentration(run: ModelRun, window: Window, schemes: Schemes) -> dict[str, Any]:
    """Return the card of a run in the shape of ConcentrationOut."""
    card = run.card
    figures = card[window]
    return {
        "run": run,
        "window": window,
        **{key: card[key] for key in ("window_days", "currency", "other_currencies")},
        **{key: figures[key] for key in ("customers", "amount", "median", "gini", "without", "curve")},
        "top": [dict(zip(("percent", "customers", "share"), one, strict=True)) for one in figures["top"]],
        "bins": [dict(zip(("low", "high", "customers", "amount"), one, strict=True)) for one in figures["bins"]],
        "tiers": _tiers(card["tiers"], schemes),
        "hindsight": _hindsight(card["hindsight"]),
    }


def _tiers(found: Mapping[str, Any] | None, schemes: Schemes) -> dict[str, Any] | None:
    if found is None:
        return None
    scheme = scheme_of(schemes, found["scheme"])
    months = [
        {
            "month": date(one["month"] // 12, one["month"] % 12 + 1, 1),
            "tiers": [
                {"class_id": key, "name": scheme.name_of(key, "").name, "customers": customers, "amount": amount}
                for key, customers, amount in one["rows"]
            ],
        }
        for one in found["months"]
    ]
    return {"scheme_id": found["scheme"], "name": scheme.name, "window_days": found["window_days"], "months": months}


def _hindsight(found: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: found.get(key) for key in ("day", "days", "identified", "reason", "model", "customers", "happened")}
    return told | {
        "foretold": found.get("model_test"),
        "own_rate": found.get("naive_test"),
        "nobody": found.get("nobody_test"),
        "gain": found.get("gain"),
    }
