"""Comparisons as trees, each two-valued: an unknown value meets none of them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import Op

COMPARE: dict[Op, type[exp.Binary]] = {Op.EQ: exp.EQ, Op.LT: exp.LT, Op.LE: exp.LTE, Op.GT: exp.GT, Op.GE: exp.GTE}


def compared(op: Op, held: exp.Expr, values: Sequence[exp.Expr]) -> exp.Expr:
    """Return held = ≤ … value, in or between; NULL where something is."""
    if op is Op.IN:
        return exp.In(this=held, expressions=list(values))
    if op is Op.BETWEEN:
        low, high = values
        return both(exp.GTE(this=held, expression=low), exp.LTE(this=held.copy(), expression=high))
    return COMPARE[op](this=held, expression=values[0])


def text_compared(op: Op, held: exp.Expr, values: Sequence[str]) -> exp.Expr:
    """Return a comparison of a text, `contains`, `starts_with` and `is_empty` among them; never by LIKE."""
    if op is Op.CONTAINS:
        return exp.GT(this=exp.StrPosition(this=held, substr=sql.text(values[0])), expression=sql.integer(0))
    if op is Op.STARTS_WITH:
        left = exp.Left(this=held, expression=sql.integer(len(values[0])))
        return exp.EQ(this=left, expression=sql.text(values[0]))
    if op is Op.IS_EMPTY:
        return either(is_null(held), sure(exp.EQ(this=held.copy(), expression=sql.text(""))))
    return compared(op, held, [sql.text(one) for one in values])


def sure(condition: exp.Expr) -> exp.Expr:
    """Return a condition that is false where it would be unknown."""
    return exp.Coalesce(this=condition, expressions=[exp.false()])


def denied(condition: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.paren(condition, copy=False))


def both(*parts: exp.Expr) -> exp.Expr:
    return exp.paren(exp.and_(*parts, copy=False), copy=False)


def either(*parts: exp.Expr) -> exp.Expr:
    return exp.paren(exp.or_(*parts, copy=False), copy=False)


def is_null(held: exp.Expr) -> exp.Expr:
    return exp.Is(this=held.copy(), expression=exp.Null())


def literal(value: str | int | Decimal | date) -> exp.Expr:
    match value:
        case str():
            return sql.text(value)
        case datetime():
            return sql.instant(value)
        case date():
            return sql.day(value)
        case int() | Decimal():
            return sql.number(value)
