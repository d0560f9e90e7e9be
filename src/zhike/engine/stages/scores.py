"""Fourth stage: RFM scores as expressions over the state, and how the cut points of schemes are found and kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.schemes import PRIORITY_STEPS, WINDOW_DAYS, SchemeSpec
from zhike.engine.stages import cut_points as cuts
from zhike.engine.stages.setting import Setting


@dataclass(frozen=True, slots=True)
class CutPoints:
    """`rfm` by scheme: the values where the scores 2, 3, … begin, as {"r": days, "f": counts, "m": minor units}.

    `tiers` by scheme: the monetary value where each tier but the last begins, the highest first. `marks` by scheme:
    those of the schemes that weigh, `profiles` the rich ones of strategic schemes; see `profiles.py`. `revenue`: what
    everybody brought in WINDOW_DAYS days, where a rule asks for shares of it.
    """

    as_of: date
    rfm: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    tiers: Mapping[int, list[int]] = field(default_factory=dict)
    marks: Mapping[int, list[int]] = field(default_factory=dict)
    profiles: Mapping[int, list[str]] = field(default_factory=dict)
    revenue: int | None = None

    def only(self, schemes: Collection[int]) -> "CutPoints":
        """Return the cut points of these schemes."""

        def ours[T](part: Mapping[int, T]) -> dict[int, T]:
            return {key: value for key, value in part.items() if key in schemes}

        return replace(
            self, rfm=ours(self.rfm), tiers=ours(self.tiers), marks=ours(self.marks), profiles=ours(self.profiles)
        )

    def with_profiles(self, profiles: Mapping[int, list[str]]) -> "CutPoints":
        return replace(self, profiles=profiles)

    def to_json(self) -> dict[str, Any]:
        rfm = {
            str(key): {"r": [one.isoformat() for one in value["r"]], "f": value["f"], "m": value["m"]}
            for key, value in self.rfm.items()
        }
        plain = {"tiers": self.tiers, "marks": self.marks, "profiles": self.profiles}
        held = {name: {str(key): value for key, value in part.items()} for name, part in plain.items()}
        return {"as_of": self.as_of.isoformat(), "rfm": rfm, **held, "revenue": self.revenue}

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> "CutPoints":
        rfm = {
            int(key): {"r": [date.fromisoformat(one) for one in value["r"]], "f": value["f"], "m": value["m"]}
            for key, value in found["rfm"].items()
        }
        tiers, marks, profiles = (
            {int(key): value for key, value in found.get(name, {}).items()} for name in ("tiers", "marks", "profiles")
        )
        return CutPoints(date.fromisoformat(found["as_of"]), rfm, tiers, marks, profiles, found.get("revenue"))


def find_cut_points(fetch: cuts.Fetch, setting: Setting, table: str, kept: CutPoints | None) -> CutPoints:
    """Return the cut points of the table's state; a scheme with fixed cut points takes those of `kept` where there are.

    Fixed points of recency are days since: they move along with the day of judgement.
    """
    rfm: dict[int, Mapping[str, Any]] = {}
    tiers: dict[int, list[int]] = {}
    marks: dict[int, list[int]] = {}
    for spec in setting.schemes:
        if spec.kind == "rfm":
            fixed = kept.rfm.get(spec.id) if kept and spec.has_fixed_cuts else None
            if kept and fixed and fixed["r"]:
                rfm[spec.id] = _moved(fixed, by=setting.as_of - kept.as_of)
            else:
                rfm[spec.id] = _rfm_cuts(fetch, setting, spec, table)
        elif spec.kind == "value_tier":
            held = kept.tiers.get(spec.id) if kept and spec.has_fixed_cuts else None
            tiers[spec.id] = held or _tier_cuts(fetch, setting, spec, table)
        elif spec.kind in ("priority", "strategic"):
            held = kept.marks.get(spec.id) if kept and spec.has_fixed_cuts else None
            marks[spec.id] = held or _marks(fetch, setting, spec, table)
    revenue = find_revenue(fetch, setting, table) if setting.asks_revenue else None
    return CutPoints(setting.as_of, rfm, tiers, marks, revenue=revenue)


def find_revenue(fetch: cuts.Fetch, setting: Setting, table: str) -> int:
    """Return the net amount of everybody in WINDOW_DAYS days, from a table of their state."""
    _, monetary = setting.window_columns(WINDOW_DAYS)
    total = sql.query("SELECT CAST(COALESCE(SUM(:held), 0) AS BIGINT) AS total", held=sql.column(monetary))
    return int(fetch(total.from_(sql.table(table), copy=False))["total"][0])


def settled_points(setting: Setting, kept: CutPoints | None) -> CutPoints | None:
    """Return the cut points where they are known without looking at any state, else None."""
    if setting.asks_revenue:
        return None
    for spec in setting.schemes:
        if spec.kind in ("rfm", "value_tier", "priority", "strategic") and not (
            spec.has_fixed_cuts and kept and _held(spec, kept)
        ):
            return None
    found = find_cut_points(_nothing, setting, "", kept)
    return found.with_profiles(kept.profiles) if kept else found


def _held(spec: SchemeSpec, kept: CutPoints) -> bool:
    if spec.kind == "rfm":
        return bool(kept.rfm.get(spec.id, {}).get("r"))
    return bool((kept.tiers if spec.kind == "value_tier" else kept.marks).get(spec.id))


def _nothing(_statement: exp.Expr) -> dict[str, cuts.Ints]:
    raise AssertionError("fixed cut points ask nothing")


def _rfm_cuts(fetch: cuts.Fetch, setting: Setting, spec: SchemeSpec, table: str) -> Mapping[str, Any]:
    frequency, monetary = setting.window_columns(spec.window or 0)
    active = exp.GT(this=sql.column(frequency), expression=sql.integer(0))
    parts = int(spec.get("score_count"))
    return {
        "r": cuts.day_cuts(fetch, "last_day", table, active, parts),
        "f": cuts.count_cuts(fetch, frequency, table, active, parts),
        "m": cuts.amount_cuts(fetch, monetary, table, active, parts),
    }


def _moved(fixed: Mapping[str, Any], *, by: timedelta) -> Mapping[str, Any]:
    return {**fixed, "r": [one + by for one in fixed["r"]]}


def _tier_cuts(fetch: cuts.Fetch, setting: Setting, spec: SchemeSpec, table: str) -> list[int]:
    _, monetary = setting.window_columns(spec.window or 0)
    earning = exp.GT(this=sql.column(monetary), expression=sql.integer(0))
    return cuts.share_cuts(fetch, monetary, table, earning, spec.shares)


def _marks(fetch: cuts.Fetch, setting: Setting, spec: SchemeSpec, table: str) -> list[int]:
    """Return, ascending, the amounts where the value points of a priority rise; falling, where the revenue of strategic
    and of key customers begins. Empty where nobody has revenue.
    """
    if spec.kind == "strategic":
        return _tier_cuts(fetch, setting, spec, table)
    _, monetary = setting.window_columns(spec.window or 0)
    earning = exp.GT(this=sql.column(monetary), expression=sql.integer(0))
    return cuts.amount_cuts(fetch, monetary, table, earning, PRIORITY_STEPS)


def score_expressions(setting: Setting, points: CutPoints) -> dict[str, exp.Expr]:
    """Return the expression of every score column: 1 … k, NULL for a customer without a purchase day in the window."""
    found: dict[str, exp.Expr] = {}
    for spec in setting.rfm_schemes:
        frequency, monetary = setting.window_columns(spec.window or 0)
        point = points.rfm[spec.id]
        literals = {
            "last_day": [sql.day(one) for one in point["r"]],
            frequency: [sql.integer(one) for one in point["f"]],
            monetary: [sql.number(one) for one in point["m"]],
        }
        for name, (held, steps) in zip(setting.score_columns(spec.id), literals.items(), strict=True):
            found[name] = _score(sql.column(held), steps, sql.column(frequency))
    return found or {name: sql.null("TINYINT") for name in setting.all_score_columns()}


def _score(held: exp.Expr, steps: list[exp.Expr], frequency: exp.Expr) -> exp.Expr:
    cases = exp.Case().when(exp.EQ(this=frequency, expression=sql.integer(0)), exp.Null(), copy=False)
    for place in range(len(steps), 0, -1):
        cases = cases.when(exp.GTE(this=held.copy(), expression=steps[place - 1]), sql.integer(place + 1), copy=False)
    return exp.cast(cases.else_(sql.integer(1), copy=False), "TINYINT")
