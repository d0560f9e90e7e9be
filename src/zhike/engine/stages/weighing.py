"""Fifth stage, the schemes that weigh: priority, and strategic, key and ordinary customers."""

from dataclasses import replace

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.compile import compile_rule
from zhike.engine.rules.traits import traits
from zhike.engine.schemes import PARTS, SchemeSpec
from zhike.engine.signals import Signal
from zhike.engine.stages.profiles import profile
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting

_POINTS = {"value": "value_points", "urgency": "urgency_points", "relationship": "relationship_points"}


def priority_case(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    """Return the class of the highest threshold that the weighted mean of the three parts reaches."""
    whole = sum(spec.weights.values())
    score = weighted(spec, setting, points)
    cases = exp.Case()
    for one, cut in zip(spec.classes, spec.get("cuts"), strict=False):
        reached = exp.GTE(this=score.copy(), expression=sql.integer(int(cut) * whole))
        cases = cases.when(reached, sql.integer(one.id), copy=False)
    return cases.else_(sql.integer(spec.classes[-1].id), copy=False)


def weighted(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    """Return the sum of each part's points times its weight: a whole number, so that nothing is rounded."""
    terms = [
        exp.Mul(this=exp.paren(part_points(name, spec, setting, points)), expression=sql.integer(weight))
        for name, weight in spec.weights.items()
    ]
    total: exp.Expr = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return exp.paren(total)


def part_points(name: str, spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    """Return the points, 0 to 100, of value (by tenths of the buying customers), urgency or relationship."""
    if name != "value":
        total: exp.Expr = sql.integer(0)
        for signal, gained in spec.signals(name):
            met = exp.Case().when(met_by(signal, setting, points), sql.integer(gained), copy=False)
            total = exp.Add(this=total, expression=exp.paren(met.else_(sql.integer(0), copy=False)))
        return exp.Least(this=total, expressions=[sql.integer(100)])
    _, monetary = setting.window_columns(spec.window or 0)
    cuts = points.marks.get(spec.id, [])
    step = 100 // (len(cuts) + 1)
    cases = exp.Case().when(exp.LTE(this=sql.column(monetary), expression=sql.integer(0)), sql.integer(0), copy=False)
    for place in range(len(cuts), 0, -1):
        reached = exp.GTE(this=sql.column(monetary), expression=sql.number(cuts[place - 1]))
        cases = cases.when(reached, sql.integer((place + 1) * step), copy=False)
    return cases.else_(sql.integer(step), copy=False)


def met_by(signal: Signal, setting: Setting, points: CutPoints) -> exp.Expr:
    return compile_rule(signal.rule, traits, moment=replace(setting, revenue=points.revenue).moment)


def priority_values(spec: SchemeSpec, setting: Setting, points: CutPoints) -> dict[str, exp.Expr]:
    """Return what decided: the score, each part's points, and which signals are met."""
    whole = sql.integer(sum(spec.weights.values()))
    score = sql.tree(":sum // :whole", sum=weighted(spec, setting, points), whole=whole)
    found: dict[str, exp.Expr] = {"score": score}
    found |= {_POINTS[name]: part_points(name, spec, setting, points) for name in PARTS}
    for name in PARTS[1:]:
        found |= {f"signal_{one.key}": met_by(one, setting, points) for one, gained in spec.signals(name) if gained}
    return found


def strategic_case(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    """Return strategic for much revenue that does not shrink, key for much or for growth with potential, else ordinary.

    A customer who never bought is in no class.
    """
    cases = exp.Case().when(sql.tree("last_day IS NULL"), exp.Null(), copy=False)
    marks = points.marks.get(spec.id, [])
    if marks:
        now, _ = amounts(spec, setting)
        top, key = (exp.GTE(this=now.copy(), expression=sql.number(mark)) for mark in marks)
        holds = grown(spec, setting, int(spec.get("floor_percent")))
        cases = cases.when(exp.and_(top, holds, copy=False), _class(spec, "strategic"), copy=False)
        cases = cases.when(key, _class(spec, "key"), copy=False)
        growing = exp.and_(has_potential(spec, points), grown(spec, setting, int(spec.get("growth_percent"))))
        some = exp.GT(this=now.copy(), expression=sql.integer(0))
        cases = cases.when(exp.and_(some, growing, copy=False), _class(spec, "key"), copy=False)
    return cases.else_(_class(spec, "ordinary"), copy=False)


def amounts(spec: SchemeSpec, setting: Setting) -> tuple[exp.Expr, exp.Expr]:
    """Return the net amount of the window, and that of the one before it."""
    window, longer = spec.windows
    now, both = (sql.column(setting.window_columns(one)[1]) for one in (window, longer))
    return now, exp.paren(exp.Sub(this=both, expression=now.copy()))


def grown(spec: SchemeSpec, setting: Setting, percent: int) -> exp.Expr:
    """Return whether the amount grew by at least so many percent; from nothing, every amount is growth."""
    now, before = amounts(spec, setting)
    return sql.tree(
        "(:before <= 0 OR :now * 100 >= :before * :wanted)", now=now, before=before, wanted=sql.integer(100 + percent)
    )


def has_potential(spec: SchemeSpec, points: CutPoints) -> exp.Expr:
    """Return whether the customer's profile is a rich one; always where the scheme does not ask for it."""
    if not spec.get("potential"):
        return exp.true()
    rich = points.profiles.get(spec.id, [])
    if not rich:
        return exp.false()
    return exp.Coalesce(
        this=exp.In(this=exp.paren(profile()), expressions=[sql.text(one) for one in rich]), expressions=[exp.false()]
    )


def strategic_values(spec: SchemeSpec, setting: Setting, points: CutPoints) -> dict[str, exp.Expr]:
    now, before = amounts(spec, setting)
    marks = exp.Array(expressions=[sql.number(one) for one in points.marks.get(spec.id, [])])
    return {
        "monetary": now, "before": before, "cuts": marks, "potential": has_potential(spec, points),
        "profile": profile(),
    }  # fmt: skip


def _class(spec: SchemeSpec, key: str) -> exp.Expr:
    found = spec.class_id(key)
    return exp.Null() if found is None else sql.integer(found)
