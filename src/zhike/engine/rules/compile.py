"""The one compiler: a rule becomes an expression tree, which DuckDB, PostgreSQL and Spark read the same way.

Every leaf is two-valued: an unknown value meets no comparison, and `ne`, `not_in`, `has_none` are exact opposites.
What leaves ask of facts and of the record of classes comes as columns beside the customer's own: see `needs.py`.
Only the node classes of `ALLOWED` come out, each of which was tried to mean the same in every dialect.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import (
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    InClass,
    Leaf,
    Measured,
    NotOf,
    Op,
    Rule,
    Sequence,
    is_ratio,
)
from zhike.engine.rules.comparing import COMPARE, both, compared, denied, either, is_null, literal, sure, text_compared
from zhike.engine.rules.conditions import DRAWS, MICRO, ReadyCondition, drawn_between, exact, hundredths, ready, turned
from zhike.engine.rules.entries import entry_text, entry_value
from zhike.engine.rules.formula_sql import WORDS, formula_value
from zhike.engine.rules.needs import measure_columns, need_column
from zhike.engine.rules.traits import PLACE_COLUMNS, Trait, TraitType
from zhike.engine.rules.values import values_of
from zhike.engine.rules.windows import Moment
from zhike.kit.registry import Registry

ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.Coalesce, exp.Boolean, exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In,
    exp.Is, exp.Null, exp.Mul, exp.Add, exp.Any, exp.StrPosition, exp.Left, exp.Length, exp.Literal, exp.Neg, exp.Cast,
    exp.DataType, exp.DataTypeParam, exp.Column, exp.Identifier, exp.Extract, exp.Var, exp.MD5, exp.DPipe, exp.Case,
    exp.If, exp.JSONExtractScalar, exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.RegexpLike, *WORDS,
)  # fmt: skip


def compile_rule(rule: Rule, traits: Registry[Trait] | Mapping[str, Trait], *, moment: Moment) -> exp.Expr:
    """Return a boolean expression, never NULL, over the columns that the traits and `find_needs(rule)` name.

    A customer's class id in a scheme stands in `class_<scheme id>`. The rule has passed `check_rule`.

    :raises KeyError: if a trait is unknown.
    """

    def build(node: Rule) -> exp.Expr:
        match node:
            case AllOf(parts):
                return both(*[build(part) for part in parts])
            case AnyOf(parts):
                return either(*[build(part) for part in parts])
            case NotOf(part):
                return denied(build(part))
            case Condition():
                return _condition(ready(node, traits[node.trait], moment))
            case _:
                return _other_leaf(node, moment)

    return build(rule)


def is_plain(expression: exp.Expr) -> bool:
    """Tell whether a compiled rule holds only nodes that mean the same in every dialect."""
    return all(isinstance(node, ALLOWED) for node in expression.walk())


def _other_leaf(leaf: Leaf, moment: Moment) -> exp.Expr:
    match leaf:
        case InClass():
            return _in_class(leaf)
        case Did():
            return _did(leaf, moment)
        case Sequence():
            return sure(sql.column(need_column(leaf)))
        case Bucket():
            return _bucket(leaf)
        case Condition():
            raise TypeError(f"compiled elsewhere: {leaf!r}")


def _in_class(leaf: InClass) -> exp.Expr:
    held = sql.column(f"class_{leaf.scheme_id}")
    here = sure(compared(Op.IN, held, [sql.integer(one) for one in leaf.class_ids]))
    return both(here, sure(sql.column(need_column(leaf)))) if leaf.days else here


def _did(leaf: Did, moment: Moment) -> exp.Expr:
    if leaf.op is Op.NE:
        return denied(_did(replace(leaf, op=Op.EQ), moment))
    if is_ratio(leaf):
        return _percent(leaf)
    name, *more = measure_columns(leaf)
    held: exp.Expr = sql.column(name)
    values = [exact(one) for one in values_of(leaf.value)]
    if leaf.measured is Measured.COUNT:
        held = exp.Coalesce(this=held, expressions=[sql.integer(0)])
    elif leaf.measured in (Measured.FIRST, Measured.LAST):
        return sure(_ago(leaf.op, held, [int(one) for one in values], moment))
    elif leaf.property == "quantity":
        values = [exact(one * MICRO) for one in values]
    if not more:
        return sure(compared(leaf.op, held, [literal(one) for one in values]))
    number = sql.column(more[0])
    there = sure(exp.GT(this=number, expression=sql.integer(0)))
    scaled: list[exp.Expr] = [exp.Mul(this=exp.paren(literal(one)), expression=number.copy()) for one in values]
    return both(there, sure(compared(leaf.op, held, scaled)))


def _percent(leaf: Did) -> exp.Expr:
    """Return a comparison of above / below in percent, written as products; false where below is not above 0."""
    # Of 64 bits the product would not always fit.
    above, below = (exp.cast(sql.column(one), "DECIMAL(38, 6)") for one in measure_columns(leaf))
    sign = turned(leaf)
    number = exp.Mul(this=exp.Coalesce(this=above, expressions=[sql.integer(0)]), expression=sql.integer(sign * 10_000))
    values = [exp.Mul(this=below.copy(), expression=sql.integer(sign * one)) for one in hundredths(leaf)]
    there = exp.GT if sign > 0 else exp.LT
    return both(sure(there(this=below, expression=sql.integer(0))), sure(compared(leaf.op, number, values)))


def _ago(op: Op, held: exp.Expr, days: list[int], moment: Moment) -> exp.Expr:
    """Return a comparison of whole local days since an instant, written as instants: 0 days ago is D itself."""

    def begins(number: int) -> exp.Expr:
        return sql.instant(moment.start_of(moment.as_of - timedelta(days=number)))

    least, most = (days[0], days[-1])
    later = exp.GTE(this=held, expression=begins(most))  # at most `most` days ago
    earlier = exp.LT(this=held.copy(), expression=begins(least - 1))  # at least `least` days ago
    match op:
        case Op.LE:
            return later
        case Op.LT:
            return exp.GTE(this=held, expression=begins(most - 1))
        case Op.GE:
            return earlier
        case Op.GT:
            return exp.LT(this=held, expression=begins(least))
        case _:
            return both(later, earlier)


def draw_of(salt: str) -> exp.Expr:
    """Return a customer's place in a draw by lot: four hexadecimal digits."""
    number = exp.cast(sql.column("customer_id"), "TEXT")
    digest = exp.MD5(this=exp.DPipe(this=number, expression=sql.text(f":{salt}")))
    return exp.Left(this=digest, expression=sql.integer(4))


def _bucket(leaf: Bucket) -> exp.Expr:
    """Return whether the first four digits of a digest of id and salt lie in the range; of one length, as text."""
    drawn = draw_of(leaf.salt)
    low, high = drawn_between(leaf)
    parts: list[exp.Expr] = [exp.GTE(this=drawn, expression=sql.text(f"{low:04x}"))]
    if high < DRAWS:
        parts.append(exp.LT(this=drawn.copy(), expression=sql.text(f"{high:04x}")))
    return sure(both(*parts))


def _condition(leaf: ReadyCondition) -> exp.Expr:
    if opposite := leaf.opposite():
        return denied(_condition(opposite))
    if leaf.answer is not None:
        return exp.true() if leaf.answer else exp.false()
    if leaf.type is TraitType.PLACE:
        return _place(leaf)
    if leaf.formula:
        return _of_column(leaf, formula_value(leaf.formula))
    if leaf.path:
        return _entry(leaf)
    return _of_column(leaf, sql.column(leaf.column))


def _of_column(leaf: ReadyCondition, held: exp.Expr) -> exp.Expr:
    if leaf.denominator:
        return _ratio(leaf, held, sql.column(leaf.denominator))
    if leaf.type in (TraitType.TEXT, TraitType.CHOICE):
        return sure(text_compared(leaf.op, held, [str(one) for one in leaf.values]))
    if leaf.op is Op.IS_EMPTY:
        return exp.paren(is_null(held))
    if leaf.type is TraitType.TAGS:
        return _tags(leaf, held)
    if leaf.op in (Op.MONTH_IN, Op.DAY_IN, Op.YEARLY_IN_NEXT):
        return sure(compared(Op.IN, _date_part(leaf.op, held), [literal(one) for one in leaf.values]))
    return sure(compared(leaf.op, held, [literal(one) for one in leaf.values]))


def _entry(leaf: ReadyCondition) -> exp.Expr:
    """Return a comparison of an entry of a JSON object; of a list's members by how each is written there."""
    text = entry_text(sql.column(leaf.column), leaf.path)
    if leaf.type is TraitType.TAGS:
        if leaf.op is Op.IS_EMPTY:
            return either(is_null(text), sure(exp.EQ(this=text.copy(), expression=sql.text("[]"))))
        has = [
            text_compared(Op.CONTAINS, text.copy(), [json.dumps(str(one), ensure_ascii=False)]) for one in leaf.values
        ]
        return both(*map(sure, has)) if leaf.op is Op.HAS_ALL else either(*map(sure, has))
    return _of_column(leaf, entry_value(text, leaf.type))


def _date_part(op: Op, held: exp.Expr) -> exp.Expr:
    month = exp.Extract(this=exp.var("MONTH"), expression=held)
    day = exp.Extract(this=exp.var("DAY"), expression=held.copy())
    if op is Op.YEARLY_IN_NEXT:
        return exp.paren(exp.Add(this=exp.Mul(this=month, expression=sql.integer(100)), expression=day))
    return month if op is Op.MONTH_IN else day


def _place(leaf: ReadyCondition) -> exp.Expr:
    """Return whether one of the codes is the customer's country, province, city or district."""
    columns = [sql.column(name) for name in PLACE_COLUMNS]
    if leaf.op is Op.IS_EMPTY:
        return both(*[text_compared(Op.IS_EMPTY, one, []) for one in columns])
    values = [str(one) for one in leaf.values]
    return either(*[sure(text_compared(Op.IN, one, values)) for one in columns])


def _ratio(leaf: ReadyCondition, above: exp.Expr, below: exp.Expr) -> exp.Expr:
    """Return a comparison of above / below written as products: no division by nothing, no rounding."""
    there = sure(exp.and_(exp.GT(this=below, expression=sql.integer(0)), exp.Not(this=is_null(above))))
    if leaf.op is Op.IS_EMPTY:
        return denied(there)

    def times(value: exp.Expr) -> exp.Expr:
        return exp.Mul(this=exp.cast(value, "BIGINT"), expression=below.copy())

    values = [times(literal(one)) for one in leaf.values]
    met = [COMPARE[Op.EQ](this=above.copy(), expression=one) for one in values]
    if leaf.op is Op.IN:
        return both(there, sure(either(*met)))
    return both(there, sure(compared(leaf.op, above, values)))


def _tags(leaf: ReadyCondition, held: exp.Expr) -> exp.Expr:
    has = [sure(exp.EQ(this=sql.text(str(one)), expression=exp.Any(this=exp.paren(held)))) for one in leaf.values]
    return both(*has) if leaf.op is Op.HAS_ALL else either(*has)
