"""Whom a move of cut points turns: those with a value between where a cut point was and where it is now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import Condition, Op, Rule, leaves, trait_keys
from zhike.engine.rules.conditions import ready
from zhike.engine.rules.traits import Form, traits
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
    if (before.marks, before.profiles) != (after.marks, after.profiles):
        return None
    shares = _share_bands(setting, before, after)
    if shares is None:
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
    return _any_band(steps, shares)


def _share_bands(setting: Setting, before: CutPoints, after: CutPoints) -> list[exp.Expr] | None:
    """Return whom another total of everybody's may turn: those about as large as what a percent stood for, and stands.

    None where there was or is nothing to have a share of: then it may be anybody.
    """
    if before.revenue == after.revenue:
        return []
    if not before.revenue or not after.revenue or min(before.revenue, after.revenue) <= 0:
        return None
    return [one for spec in setting.schemes for rule in spec.rules for one in _leaf_bands(rule, setting, before, after)]


def _leaf_bands(rule: Rule, setting: Setting, before: CutPoints, after: CutPoints) -> Iterator[exp.Expr]:
    for _, leaf in leaves(rule):
        if not isinstance(leaf, Condition) or traits[leaf.trait].form is not Form.OF_ALL:
            continue
        old, new = (
            ready(leaf, traits[leaf.trait], replace(setting, revenue=one.revenue).moment) for one in (before, after)
        )
        was, now = ([one for one in side.values if isinstance(one, int)] for side in (old, new))
        if leaf.op in (Op.EQ, Op.NE, Op.IN, Op.NOT_IN):
            pairs = [(one, one) for one in sorted({*was} ^ {*now})]
        else:
            pairs = [(min(pair), max(pair)) for pair in zip(was, now, strict=True) if pair[0] != pair[1]]
        for low, high in pairs:
            yield exp.Between(this=sql.column(old.column), low=sql.number(low), high=sql.number(high))


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


def _any_band(steps: Iterable[tuple[str, Steps, Steps]], others: Sequence[exp.Expr] = ()) -> exp.Expr | None:
    bands = [*others]
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
