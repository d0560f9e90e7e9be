"""Measures of facts as SQL: one pass for all leaves about plain facts, one for those about orders, one per sequence.

Purchases and returns are counted by order: a fact stands for a line, and a correction writes reversing facts, so what
is left of an order's matching lines must be more than nothing. Other facts count one by one.
A trend and a share are two measures side by side: what stands above the line and what stands below it.
Amounts count in the organisation's currency; a fact without a currency is in it.
"""

from collections.abc import Iterable
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import MONEY_KINDS, OCCASION, WEIGHT
from zhike.engine.rules.ast import Did, Happening, Measured, Op, Sequence, is_ratio
from zhike.engine.rules.fact_tests import FactSource, number_of, passes
from zhike.engine.rules.needs import measure_columns, need_column
from zhike.engine.rules.windows import Moment, bounds, bounds_before

FACTS, ORDERS, SEQUENCE = "need_facts", "need_orders", "need_sequence"
_AT = "occurred_at"
_BEFORE = (
    "MAX(CASE WHEN a THEN occurred_at END) OVER (PARTITION BY customer_id ORDER BY occurred_at"
    " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest"
)
type Stretch = tuple[datetime | None, datetime]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of customer_id and `columns`, at most one per customer, to be joined to customers by `name`."""

    name: str
    columns: tuple[str, ...]
    rows: exp.Select


def join_parts(rows: exp.Select, parts: Many[Part]) -> exp.Select:
    """Return a query from one table with the parts joined by customer_id; nothing more is selected."""
    for part in parts:
        rows = rows.join(sql.aside(part.rows, part.name), using=["customer_id"], join_type="left", copy=False)
    return rows


def measured_parts(measures: Iterable[Did | Sequence], source: FactSource, moment: Moment) -> list[Part]:
    """Return the queries that give the columns of the measures."""
    counted = [one for one in measures if isinstance(one, Did)]
    plain = [one for one in counted if one.happening.fact not in MONEY_KINDS]
    orders = [one for one in counted if one.happening.fact in MONEY_KINDS]
    parts = []
    if plain:
        parts.append(Part(FACTS, _columns(plain), _plain(plain, source, moment)))
    if orders:
        parts.append(Part(ORDERS, _columns(orders), _by_order(orders, source, moment)))
    for one in measures:
        if isinstance(one, Sequence):
            name = need_column(one)
            parts.append(Part(f"{SEQUENCE}_{name}", (name,), _sequence(one, source, moment)))
    return parts


def _columns(measures: Iterable[Did]) -> tuple[str, ...]:
    return tuple(name for one in measures for name in measure_columns(one))


def _plain(measures: list[Did], source: FactSource, moment: Moment) -> exp.Select:
    found: list[exp.Expr] = [sql.column("customer_id")]
    rows = _facts(measures, source, moment)
    for one in measures:
        met, rows = _narrowed(rows, one, source, moment, alone=len(measures) == 1)
        value = number_of(one.property, source, moment) if one.property else sql.column(_AT)
        found += _named(one, _aggregates(one, met, [value] * len(met), sql.column(_AT)))
    return _grouped(rows.select(*found, copy=False), "customer_id")


def _by_order(measures: list[Did], source: FactSource, moment: Moment) -> exp.Select:
    inner: list[exp.Expr] = [sql.column("customer_id"), sql.column(_AT), sql.tree(OCCASION).as_("occasion")]
    outer: list[exp.Expr] = [sql.column("customer_id")]
    rows = _facts(measures, source, moment)
    for place, one in enumerate(measures):
        met, rows = _narrowed(rows, one, source, moment, alone=len(measures) == 1)
        names = [f"{place}_{side}" for side in range(len(met))]
        for name, side in zip(names, met, strict=True):
            inner.append(_sum_where(side, sql.tree(WEIGHT)).as_(f"n{name}", quoted=True))
            if one.property:
                value = number_of(one.property, source, moment)
                inner.append(_sum_where(side.copy(), value).as_(f"v{name}", quoted=True))
        left = [_is_left(one.happening.fact, f"n{name}") for name in names]
        outer += _named(one, _aggregates(one, left, [sql.column(f"v{name}") for name in names], sql.column(_AT)))
    occasions = _grouped(rows.select(*inner, copy=False), "customer_id", _AT, "occasion")
    return _grouped(exp.select(*outer).from_(sql.aside(occasions, "o"), copy=False), "customer_id")


def _sequence(leaf: Sequence, source: FactSource, moment: Moment) -> exp.Select:
    ends = [Did(one, Op.GE, None, window=leaf.window) for one in (leaf.first, leaf.then)]
    rows = _facts(ends, source, moment).select(
        sql.column("customer_id"), sql.column(_AT), sql.tree(OCCASION).as_("occasion")
    )
    both = []
    for name, end in zip("ab", (leaf.first, leaf.then), strict=True):
        met = _met(end, bounds(leaf.window, moment), source, moment)
        weight = sql.tree(WEIGHT) if end.fact in MONEY_KINDS else sql.integer(1)
        rows = rows.select(_sum_where(met, weight).as_(f"n{name}", quoted=True), copy=False)
        left = exp.Coalesce(this=_is_left(end.fact, f"n{name}"), expressions=[exp.false()])
        both.append(exp.LogicalOr(this=left).as_(name, quoted=True))
    occasions = sql.aside(_grouped(rows, "customer_id", _AT, "occasion"), "o")
    instants = exp.select(sql.column("customer_id"), sql.column(_AT), *both).from_(occasions, copy=False)
    instants = _grouped(instants, "customer_id", _AT)
    shown = exp.select(sql.column("customer_id"), sql.column(_AT), sql.column("b"), sql.tree(_BEFORE))
    shown = shown.from_(sql.aside(instants, "i"), copy=False)
    span = exp.Interval(this=exp.Literal.string(str(leaf.within_days * 24)), unit=exp.var("HOUR"))
    soon = exp.GTE(this=sql.column("latest"), expression=exp.Sub(this=sql.column(_AT), expression=span))
    rows = exp.select(sql.column("customer_id"), exp.true().as_(need_column(leaf), quoted=True))
    rows = rows.from_(sql.aside(shown, "s"), copy=False).where(exp.and_(sql.column("b"), soon), copy=False)
    return _grouped(rows, "customer_id")


def _facts(measures: Iterable[Did], source: FactSource, moment: Moment) -> exp.Select:
    """Return the facts of the measures' kinds within the stretch that covers all their windows, nothing selected."""
    kinds = dict.fromkeys(one.happening.fact for one in measures)
    ends = [stretch for one in measures for _, stretch in find_sides(one, moment)]
    rows = exp.select().from_(source.rows(), copy=False)
    rows = rows.where(exp.In(this=sql.column("kind"), expressions=[sql.text(one) for one in kinds]), copy=False)
    starts = [start for start, _ in ends if start is not None]
    if len(starts) == len(ends):
        rows = rows.where(sql.tree("occurred_at >= :start", start=sql.instant(min(starts))), copy=False)
    return rows.where(sql.tree("occurred_at < :end", end=sql.instant(max(end for _, end in ends))), copy=False)


def find_sides(leaf: Did, moment: Moment) -> list[tuple[Happening, Stretch]]:
    """Return what a measure takes and from when to when; of a trend or share what stands above, then below the line."""
    now = bounds(leaf.window, moment)
    if leaf.measured is Measured.TREND:
        return [(leaf.happening, now), (leaf.happening, bounds_before(leaf.window, moment, leaf.against))]
    if leaf.measured is Measured.SHARE:
        return [(leaf.happening, now), (Happening(leaf.happening.fact), now)]
    return [(leaf.happening, now)]


def _met(happening: Happening, stretch: Stretch, source: FactSource, moment: Moment) -> exp.Expr:
    start, end = stretch
    parts: list[exp.Expr] = [exp.EQ(this=sql.column("kind"), expression=sql.text(happening.fact))]
    if start is not None:
        parts.append(sql.tree("occurred_at >= :start", start=sql.instant(start)))
    parts.append(sql.tree("occurred_at < :end", end=sql.instant(end)))
    parts += [passes(one, source, moment) for one in happening.where]
    return exp.and_(*parts, copy=False)


def _narrowed(
    rows: exp.Select, leaf: Did, source: FactSource, moment: Moment, *, alone: bool
) -> tuple[list[exp.Expr], exp.Select]:
    """Return the conditions for the aggregates and the rows; of one measure alone only matching rows need be read."""
    met = [_met(what, stretch, source, moment) for what, stretch in find_sides(leaf, moment)]
    return ([exp.true()], rows.where(met[0], copy=False)) if alone and len(met) == 1 else (met, rows)


def _is_left(kind: str, column: str) -> exp.Expr:
    """Return whether something is left of an occasion: of a purchase more than nothing, of a return anything."""
    sign = exp.NEQ if kind == "return" else exp.GT
    return sign(this=sql.column(column), expression=sql.integer(0))


def _aggregates(leaf: Did, sides: Many[exp.Expr], values: Many[exp.Expr], at: exp.Expr) -> list[exp.Expr]:
    if is_ratio(leaf):
        one = replace(leaf, measured=Measured.SUM if leaf.property else Measured.COUNT)
        both = zip(sides, values, strict=True)
        return [each for met, value in both for each in _aggregates(one, [met], [value], at)]
    met, value = sides[0], values[0]
    count = sql.tree("COUNT(*) FILTER (WHERE :met)", met=met)
    match leaf.measured:
        case Measured.COUNT:
            return [count]
        case Measured.FIRST:
            return [sql.tree("MIN(:at) FILTER (WHERE :met)", at=at, met=met)]
        case Measured.LAST:
            return [sql.tree("MAX(:at) FILTER (WHERE :met)", at=at, met=met)]
        case Measured.LEAST:
            return [sql.tree("MIN(:value) FILTER (WHERE :met)", value=value, met=met)]
        case Measured.MOST:
            return [sql.tree("MAX(:value) FILTER (WHERE :met)", value=value, met=met)]
    total = sql.tree("SUM(:value) FILTER (WHERE :met)", value=value, met=met)
    if leaf.measured is Measured.SUM:
        return [total]
    return [total, sql.tree("COUNT(:value) FILTER (WHERE :met)", value=value, met=met)]


def _named(leaf: Did, aggregates: list[exp.Expr]) -> list[exp.Expr]:
    return [one.as_(name, quoted=True) for name, one in zip(measure_columns(leaf), aggregates, strict=True)]


def _sum_where(met: exp.Expr, value: exp.Expr) -> exp.Expr:
    return sql.tree("SUM(CASE WHEN :met THEN :value END)", met=met, value=value)


def _grouped(rows: exp.Select, *columns: str) -> exp.Select:
    return rows.group_by(*[sql.column(name) for name in columns], copy=False)
