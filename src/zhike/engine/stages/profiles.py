"""Third stage for strategic schemes: which profiles are rich, so that a growing customer of one has potential.

A profile is kind × industry × province. Its potential is the upper quartile of what its buying customers bring: the
smallest amount that at least three quarters of them do not exceed.
"""

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.schemes import SchemeSpec
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting

MOST_PROFILES = 2000  # the richest ones; there are few profiles with enough customers beyond
_PROFILE = "kind || '|' || COALESCE(industry, '') || '|' || COALESCE(province, '')"

type Run = Callable[[exp.Expr], list[tuple[Any, ...]]]


def profile() -> exp.Expr:
    """Return the text that names a customer's profile."""
    return sql.tree(_PROFILE)


def with_profiles(run: Run, setting: Setting, source: exp.Expr, points: CutPoints, kept: CutPoints | None) -> CutPoints:
    """Return the cut points with the rich profiles of strategic schemes: their potential reaches where key begins.

    :param source: a table or subquery with attributes and state. :param kept: whose profiles a scheme with fixed cut
        points takes, where it has some.
    """
    found = dict(points.profiles)
    for spec in setting.schemes:
        if spec.kind == "strategic" and spec.get("potential") and points.marks.get(spec.id):
            fixed = kept.profiles.get(spec.id) if kept and spec.has_fixed_cuts else None
            found[spec.id] = fixed if fixed is not None else _rich(run, setting, spec, source, points)
    return points.with_profiles(found)


def _rich(run: Run, setting: Setting, spec: SchemeSpec, source: exp.Expr, points: CutPoints) -> list[str]:
    _, monetary = setting.window_columns(spec.window or 0)
    held = sql.column(monetary)
    rows = (
        exp.select(
            profile().as_("profile", quoted=True), sql.tree("QUANTILE_DISC(:held, 0.75) AS potential", held=held)
        )
        .from_(source.copy(), copy=False)
        .where(exp.GT(this=held.copy(), expression=sql.integer(0)), copy=False)
        .group_by(sql.integer(1), copy=False)
        .having(sql.tree("COUNT(*) >= :least", least=sql.integer(int(spec.get("least_peers")))), copy=False)
    )
    rich = (
        exp.select(sql.column("profile"))
        .from_(sql.aside(rows, "p"), copy=False)
        .where(sql.tree("potential >= :key", key=sql.number(points.marks[spec.id][-1])), copy=False)
        .order_by(exp.Ordered(this=sql.column("potential"), desc=True), sql.column("profile"), copy=False)
        .limit(MOST_PROFILES, copy=False)
    )
    return sorted(row[0] for row in run(rich))
