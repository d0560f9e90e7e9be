"""The one compiler: a rule becomes an expression tree, which DuckDB and PostgreSQL read the same way.

Every leaf is two-valued: an unknown value meets no comparison, and `ne`, `not_in`, `has_none` are exact opposites.
Only the node classes of `ALLOWED` come out, each of which was tried to mean the same in both dialects.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import AllOf, AnyOf, Condition, InClass, NotOf, Op, Rule
from zhike.engine.rules.conditions import Ready, ReadyCondition, ready
from zhike.engine.rules.traits import Trait, TraitType
from zhike.kit.registry import Registry

ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.Coalesce, exp.Boolean, exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In,
    exp.Is, exp.Null, exp.Mul, exp.Any, exp.StrPosition, exp.Left, exp.Length, exp.Literal, exp.Neg, exp.Cast,
    exp.DataType, exp.Column, exp.Identifier,
)  # fmt: skip
_COMPARE: dict[Op, type[exp.Binary]] = {Op.EQ: exp.EQ, Op.LT: exp.LT, Op.LE: exp.LTE, Op.GT: exp.GT, Op.GE: exp.GTE}
_OPPOSITES = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.HAS_NONE: Op.HAS_ANY, Op.IS_SET: Op.IS_EMPTY}

type ClassColumn = Callable[[int], exp.Expr | None]


def no_class(scheme_id: int) -> exp.Expr | None:
    """Stand for the classes where there are none: no customer is in any."""
    return None


def compile_rule(
    rule: Rule,
    traits: Registry[Trait],
    *,
    as_of: date,
    class_column: ClassColumn = no_class,
    table: str | None = None,
) -> exp.Expr:
    """Return a boolean expression, never NULL, over the columns that the traits name.

    `class_column` gives the expression that holds a customer's class id in a scheme, None where the scheme is unknown:
    then nobody is in it. The rule has passed `check_rule`.

    :raises KeyError: if a trait is unknown.
    """

    def build(node: Rule) -> exp.Expr:
        match node:
            case AllOf(parts):
                return exp.paren(exp.and_(*[build(part) for part in parts], copy=False), copy=False)
            case AnyOf(parts):
                return exp.paren(exp.or_(*[build(part) for part in parts], copy=False), copy=False)
            case NotOf(part):
                return exp.Not(this=exp.paren(build(part), copy=False))
            case InClass(scheme_id, class_ids):
                held = class_column(scheme_id)
                return exp.false() if held is None else _sure(_is_in(held, [sql.integer(one) for one in class_ids]))
            case Condition():
                return _condition(ready(node, traits[node.trait], as_of), table)

    return build(rule)


def is_plain(expression: exp.Expr) -> bool:
    """Tell whether a compiled rule holds only nodes that mean the same in every dialect."""
    return all(isinstance(node, ALLOWED) for node in expression.walk())


def _condition(leaf: ReadyCondition, table: str | None) -> exp.Expr:
    if opposite := _OPPOSITES.get(leaf.op):
        same = ReadyCondition(leaf.column, opposite, leaf.values, leaf.type, leaf.denominator)
        return exp.Not(this=exp.paren(_condition(same, table), copy=False))
    held = sql.column(leaf.column, table)
    if leaf.denominator:
        return _ratio(leaf, held, sql.column(leaf.denominator, table))
    if leaf.op is Op.IS_EMPTY:
        nothing: exp.Expr = _is_null(held)
        if leaf.type in (TraitType.TEXT, TraitType.CHOICE):
            nothing = exp.or_(nothing, _sure(exp.EQ(this=held, expression=sql.text(""))))
        return exp.paren(nothing)
    if leaf.type is TraitType.TAGS:
        return _tags(leaf, held)
    if leaf.op is Op.CONTAINS:
        return _sure(exp.GT(this=exp.StrPosition(this=held, substr=_literal(leaf.values[0])), expression=_zero()))
    if leaf.op is Op.STARTS_WITH:
        start = str(leaf.values[0])
        left = exp.Left(this=held, expression=sql.integer(len(start)))
        return _sure(exp.EQ(this=left, expression=sql.text(start)))
    if leaf.op is Op.IN:
        return _sure(_is_in(held, [_literal(one) for one in leaf.values]))
    if leaf.op is Op.BETWEEN:
        low, high = (_literal(one) for one in leaf.values)
        return _sure(exp.and_(exp.GTE(this=held, expression=low), exp.LTE(this=held.copy(), expression=high)))
    return _sure(_COMPARE[leaf.op](this=held, expression=_literal(leaf.values[0])))


def _ratio(leaf: ReadyCondition, above: exp.Expr, below: exp.Expr) -> exp.Expr:
    """Return a comparison of above / below written as products: no division by nothing, no rounding."""
    there = _sure(exp.and_(exp.GT(this=below, expression=_zero()), exp.Not(this=_is_null(above))))
    if leaf.op is Op.IS_EMPTY:
        return exp.Not(this=exp.paren(there))

    def times(value: Ready) -> exp.Expr:
        return exp.Mul(this=exp.cast(_literal(value), "BIGINT"), expression=below.copy())

    def holds(op: Op, value: Ready) -> exp.Expr:
        return _COMPARE[op](this=above.copy(), expression=times(value))

    if leaf.op is Op.BETWEEN:
        met: exp.Expr = exp.and_(holds(Op.GE, leaf.values[0]), holds(Op.LE, leaf.values[1]))
    elif leaf.op is Op.IN:
        met = exp.or_(*[holds(Op.EQ, one) for one in leaf.values])
    else:
        met = holds(leaf.op, leaf.values[0])
    return exp.paren(exp.and_(there, _sure(met)))


def _tags(leaf: ReadyCondition, held: exp.Expr) -> exp.Expr:
    has = [_sure(exp.EQ(this=sql.text(str(one)), expression=exp.Any(this=exp.paren(held)))) for one in leaf.values]
    return exp.paren(exp.and_(*has) if leaf.op is Op.HAS_ALL else exp.or_(*has))


def _is_in(held: exp.Expr, values: list[exp.Expr]) -> exp.Expr:
    return exp.In(this=held, expressions=values)


def _is_null(held: exp.Expr) -> exp.Expr:
    return exp.Is(this=held.copy(), expression=exp.Null())


def _sure(condition: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=condition, expressions=[exp.false()])


def _zero() -> exp.Expr:
    return sql.integer(0)


def _literal(value: Ready) -> exp.Expr:
    match value:
        case str():
            return sql.text(value)
        case date():
            return sql.day(value)
        case int() | Decimal():
            return sql.number(value)
