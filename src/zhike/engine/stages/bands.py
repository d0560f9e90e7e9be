"""Whom a move of cut points turns: those with a value between where a cut point was and where it is now."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import trait_keys
from zhike.engine.schemes import SchemeSpec, metrics_scheme
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting

type Steps = Sequence[int | date]


def passed_scores(setting: Setting, before: CutPoints, after: CutPoints) -> exp.Expr | None:
    """Return the condition that customers meet whose published scores differ by these cut points.

    It holds where state, day and schemes are as they were. FALSE: it is nobody; None: it cannot be told.
    """
    first = metrics_scheme(setting.schemes)
    if first is None:
        return exp.false()
    frequency, _ = setting.window_columns(first.window or 0)
    bands = _any_band(_score_steps(setting, first, before, after))
    active = exp.GT(this=sql.column(frequency), expression=sql.integer(0))
    return bands if bands in (None, exp.false()) else exp.and_(active, bands, copy=False)


def passed_classes(setting: Setting, before: CutPoints, after: CutPoints) -> exp.Expr | None:
    """Return a condition that all customers meet whose class in some scheme differs by these cut points; as above."""
    if (before.marks, before.profiles, before.revenue) != (after.marks, after.profiles, after.revenue):
        return None
    every = _scores_are_read(setting)
    steps: list[tuple[str, Steps, Steps]] = []
    for spec in setting.schemes:
        if spec.kind == "rfm":
            found = _score_steps(setting, spec, before, after)
            steps += found if every else _deciding(spec, found)
        elif spec.kind == "value_tier":
            _, monetary = setting.window_columns(spec.window or 0)
            steps.append((monetary, before.tiers.get(spec.id, []), after.tiers[spec.id]))
    return _any_band(steps)


def _scores_are_read(setting: Setting) -> bool:
    keys = {key for spec in setting.schemes for rule in spec.rules for key in trait_keys(rule)}
    return any(key.startswith("rfm_") for key in keys)


def _score_steps(
    setting: Setting, spec: SchemeSpec, before: CutPoints, after: CutPoints
) -> list[tuple[str, Steps, Steps]]:
    """Return the cut points of an RFM scheme's three scores, in the order of its letters."""
    columns = ("last_day", *setting.window_columns(spec.window or 0))
    old, new = before.rfm.get(spec.id, {}), after.rfm[spec.id]
    return [(column, old.get(letter, []), new[letter]) for letter, column in zip("rfm", columns, strict=True)]


def _deciding(spec: SchemeSpec, steps: list[tuple[str, Steps, Steps]]) -> Iterable[tuple[str, Steps, Steps]]:
    """Return, of all cut points, those from which a score counts as high: segments ask for no other."""
    for letter, (column, old, new) in zip("rfm", steps, strict=True):
        high = max(int(spec.get("high_from")[letter]) - 2, 0)
        yield column, old[high : high + 1], new[high : high + 1]


def _any_band(steps: Iterable[tuple[str, Steps, Steps]]) -> exp.Expr | None:
    bands: list[exp.Expr] = []
    for column, old, new in steps:
        if len(old) != len(new):
            return None
        bands += [_band(column, one, other) for one, other in zip(old, new, strict=True) if one != other]
    return exp.or_(*bands, copy=False) if bands else exp.false()


def _band(column: str, one: int | date, other: int | date) -> exp.Expr:
    if isinstance(one, int) and isinstance(other, int):
        low, high = sql.number(min(one, other)), sql.number(max(one, other) - 1)
    else:
        assert isinstance(one, date)
        assert isinstance(other, date)
        low, high = sql.day(min(one, other)), sql.day(max(one, other) - timedelta(days=1))
    return exp.Between(this=sql.column(column), low=low, high=high)
