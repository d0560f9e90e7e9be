"""Fifth stage: each scheme's class as one expression over state, scores and attributes, and the values that decided."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import AllOf, scheme_ids, trait_keys
from zhike.engine.rules.compile import compile_rule
from zhike.engine.rules.entries import entry_text, entry_value
from zhike.engine.rules.formula_sql import formula_value
from zhike.engine.rules.needs import find_needs
from zhike.engine.rules.traits import Form, Trait, traits
from zhike.engine.schemes import SchemeSpec
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting
from zhike.engine.stages.weighing import priority_case, priority_values, strategic_case, strategic_values

UNKNOWN, OTHER = "unknown", "other"


def class_expression(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    """Return the class id of a customer in a scheme, NULL where the customer is in none.

    A rule that asks for another scheme's class reads its column `class_<id>`, which the layer before has made, or which
    comes from the record with the other needs of rules.
    """
    return exp.cast(_EXPRESSIONS[spec.kind](spec, setting, points), "INTEGER")


def _lifecycle(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    frequency, _ = setting.window_columns(spec.window or 0)

    def ago(parameter: str) -> exp.Expr:
        return sql.day(setting.as_of - timedelta(days=int(spec.get(parameter))))

    gap = sql.tree("DATE_DIFF('day', prev_day, last_day) > :gap", gap=sql.integer(int(spec.get("won_back_gap_days"))))
    loyal = exp.GTE(this=sql.column(frequency), expression=sql.integer(int(spec.get("loyal_purchase_days"))))
    steps: list[tuple[str, exp.Expr]] = [
        ("prospect", sql.tree("last_day IS NULL")),
        ("lost", sql.tree("last_day < :day", day=ago("lost_days"))),
        ("at_risk", sql.tree("last_day < :day", day=ago("at_risk_days"))),
        ("won_back", gap),
        ("first_purchase", sql.tree("purchase_days_total = 1")),
        ("loyal", loyal),
    ]
    cases = exp.Case()
    for key, condition in steps:
        cases = cases.when(condition, _id(spec.class_id(key)), copy=False)
    return cases.else_(_id(spec.class_id("repeat")), copy=False)


def _value_tier(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    _, monetary = setting.window_columns(spec.window or 0)
    cases = exp.Case().when(exp.LTE(this=sql.column(monetary), expression=sql.integer(0)), exp.Null(), copy=False)
    for one, cut in zip(spec.classes, points.tiers[spec.id], strict=False):
        cases = cases.when(exp.GTE(this=sql.column(monetary), expression=sql.number(cut)), _id(one.id), copy=False)
    return cases.else_(_id(spec.classes[-1].id), copy=False)


def _rfm(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    names = setting.score_columns(spec.id)
    high = [
        exp.GTE(this=sql.column(name), expression=sql.integer(int(spec.get("high_from")[letter])))
        for name, letter in zip(names, "rfm", strict=True)
    ]
    cases = exp.Case().when(exp.Is(this=sql.column(names[0]), expression=exp.Null()), exp.Null(), copy=False)
    for pattern, key in spec.get("segments").items():
        parts = [
            one.copy() if letter == "H" else exp.Not(this=one.copy()) for one, letter in zip(high, pattern, strict=True)
        ]
        cases = cases.when(exp.and_(*parts, copy=False), _id(spec.class_id(key)), copy=False)
    return cases


def _attribute(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    held = attribute_value(spec)
    cases = exp.Case().when(exp.Is(this=held, expression=exp.Null()), _id(spec.class_id(UNKNOWN)), copy=False)
    for one in spec.classes:
        if one.key not in (UNKNOWN, OTHER):
            cases = cases.when(exp.EQ(this=held.copy(), expression=sql.text(one.key)), _id(one.id), copy=False)
    return cases.else_(_id(spec.class_id(OTHER)), copy=False)


def attribute_value(spec: SchemeSpec) -> exp.Expr:
    """Return the text that an attribute scheme matches with class keys: `region` is "domestic" or "abroad" of home."""
    name = str(spec.get("attribute"))
    if name == "region":
        home = sql.text(str(spec.get("home")))
        return sql.tree(
            "CASE WHEN country IS NULL THEN NULL WHEN country = :home THEN 'domestic' ELSE 'abroad' END", home=home
        )
    return exp.cast(sql.column(name), "TEXT")


def _rule(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    cases = exp.Case()
    for one in spec.classes:
        if one.rule is not None:
            met = compile_rule(one.rule, traits, moment=replace(setting, revenue=points.revenue).moment)
            cases = cases.when(met, _id(one.id), copy=False)
    default = spec.get("default")
    last = _id(spec.class_id(str(default)) if default else None)
    return cases.else_(last, copy=False) if cases.args.get("ifs") else last


_EXPRESSIONS: Mapping[str, Callable[[SchemeSpec, Setting, CutPoints], exp.Expr]] = {
    "lifecycle": _lifecycle,
    "value_tier": _value_tier,
    "rfm": _rfm,
    "attribute": _attribute,
    "priority": priority_case,
    "strategic": strategic_case,
    "rule": _rule,
}


def _id(class_id: int | None) -> exp.Expr:
    return exp.Null() if class_id is None else sql.integer(class_id)


def evidence_expression(spec: SchemeSpec, setting: Setting, points: CutPoints) -> exp.Expr:
    """Return a JSON text of the values that decided: metrics by name, `cut_…` the cut points of the value's place."""
    return _json(decisive_values(spec, setting, points))


def decisive_values(spec: SchemeSpec, setting: Setting, points: CutPoints) -> dict[str, exp.Expr]:
    """Return the values that decide a customer's class in a scheme, by name."""
    as_of = {"as_of": sql.text(setting.as_of.isoformat())}
    if spec.kind == "attribute":
        return {str(spec.get("attribute")): attribute_value(spec)}
    if spec.kind == "rule":
        return as_of | _rule_evidence(spec, setting, points)
    if spec.kind == "priority":
        return as_of | priority_values(spec, setting, points)
    if spec.kind == "strategic":
        return as_of | strategic_values(spec, setting, points)
    frequency, monetary = setting.window_columns(spec.window or 0)
    recency = {"recency_days": _days_since("last_day", setting)}
    if spec.kind == "value_tier":
        cuts = exp.Array(expressions=[sql.number(one) for one in points.tiers[spec.id]])
        return as_of | {"monetary": sql.column(monetary), "cuts": cuts}
    if spec.kind == "rfm":
        scores = dict(zip(("rfm_r", "rfm_f", "rfm_m"), map(sql.column, setting.score_columns(spec.id)), strict=True))
        return as_of | recency | {"frequency": sql.column(frequency), "monetary": sql.column(monetary)} | scores
    gap = sql.tree("DATE_DIFF('day', prev_day, last_day)")
    total = sql.column("purchase_days_total")
    return as_of | recency | {"gap_days": gap, "purchase_days_total": total, "frequency": sql.column(frequency)}


def _rule_evidence(spec: SchemeSpec, setting: Setting, points: CutPoints) -> dict[str, exp.Expr]:
    keys = dict.fromkeys(key for one in spec.classes if one.rule is not None for key in trait_keys(one.rule))
    found = {key: trait_value(traits[key], setting) for key in keys}
    rules = [one.rule for one in spec.classes if one.rule is not None]
    if any(traits[key].form is Form.OF_ALL for key in keys):
        found["revenue"] = exp.Null() if points.revenue is None else sql.number(points.revenue)
    needs = find_needs(rules, computed=scheme_ids(AllOf(tuple(rules))))
    return found | {name: sql.column(name) for name in needs.columns}


def _days_since(column: str, setting: Setting) -> exp.Expr:
    return sql.tree("DATE_DIFF('day', :held, :as_of)", held=sql.column(column), as_of=sql.day(setting.as_of))


def trait_value(trait: Trait, setting: Setting) -> exp.Expr:
    """Return a trait's value as it is shown: days since, a whole quotient, a formula's result, or the column.

    Of a share of everybody's it is the column: `revenue` stands beside it.
    """
    if trait.form is Form.DAYS_SINCE:
        return _days_since(trait.source, setting)
    if trait.form is Form.RATIO:
        above, below = sql.column(trait.source), sql.column(trait.denominator)
        return sql.tree("CASE WHEN :below > 0 THEN :above // :below END", above=above, below=below)
    if trait.formula:
        return formula_value(trait.formula)
    if trait.path:
        return entry_value(entry_text(sql.column(trait.source), trait.path), trait.type)
    return sql.column(trait.source)


def _json(values: Mapping[str, exp.Expr]) -> exp.Expr:
    pairs: list[exp.Expr] = []
    for key, value in values.items():
        pairs += [sql.text(key), value]
    return exp.cast(exp.Anonymous(this="json_object", expressions=pairs), "TEXT")
