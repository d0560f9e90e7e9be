"""Properties of facts as SQL: where each is found, how it is read, and the tests of a leaf."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import Op, PropertyTest
from zhike.engine.rules.check_facts import is_number_test
from zhike.engine.rules.comparing import compared, denied, is_null, literal, sure, text_compared
from zhike.engine.rules.conditions import MICRO, OPPOSITES, exact
from zhike.engine.rules.needs import PRODUCT_PROPERTIES
from zhike.engine.rules.values import values_of
from zhike.engine.rules.windows import Moment

# A number in attrs counts to six decimal places and below a thousand million million; else it is unknown.
_POSTGRES_NUMBER = (
    "CASE WHEN JSONB_TYPEOF(attrs -> :key) = 'number' THEN CASE"
    " WHEN ABS(CAST(attrs ->> :key AS DECIMAL)) < 1000000000000000"
    " THEN ROUND(CAST(attrs ->> :key AS DECIMAL), 6) END END"
)
_POSTGRES_TEXT = "CASE WHEN JSONB_TYPEOF(attrs -> :key) IN ('string', 'boolean', 'number') THEN attrs ->> :key END"
_DUCKDB_NUMBER = (
    "CASE WHEN JSON_TYPE(attrs, :key) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"
    " AND ABS(TRY_CAST(JSON_EXTRACT_STRING(attrs, :key) AS DOUBLE)) < 1000000000000000"
    " THEN TRY_CAST(JSON_EXTRACT_STRING(attrs, :key) AS DECIMAL(38, 6)) END"
)
_DUCKDB_TEXT = (
    "CASE WHEN JSON_TYPE(attrs, :key) IN ('VARCHAR', 'BOOLEAN', 'BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"
    " THEN JSON_EXTRACT_STRING(attrs, :key) END"
)


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where facts are read: `rows` gives a table of the mirror's columns, `products` one of id, sku, category."""

    rows: Callable[[], exp.Expr]
    products: Callable[[], exp.Expr]
    dialect: str = sql.DUCKDB

    def attribute(self, key: str, *, number: bool) -> exp.Expr:
        """Return an entry of `attrs` as a number or as a text; unknown where it is of another type."""
        if self.dialect == sql.POSTGRES:
            text = _POSTGRES_NUMBER if number else _POSTGRES_TEXT
            return sql.tree(text, dialect=sql.POSTGRES, key=sql.text(key))
        return sql.tree(_DUCKDB_NUMBER if number else _DUCKDB_TEXT, key=sql.text(key))


def number_of(name: str, source: FactSource, moment: Moment) -> exp.Expr:
    """Return a number: an amount in minor units, a quantity in millionths, an attribute as it is."""
    if name == "amount":
        own = sql.text(moment.currency)
        return sql.tree("CASE WHEN COALESCE(currency, :own) = :own THEN amount END", own=own)
    return sql.column("millionths") if name == "quantity" else source.attribute(name, number=True)


def passes(test: PropertyTest, source: FactSource, moment: Moment) -> exp.Expr:
    """Return a condition, never NULL, whether a fact passes a test."""
    if test.op in OPPOSITES:
        return denied(passes(PropertyTest(test.property, OPPOSITES[test.op], test.value), source, moment))
    if is_number_test(test):
        held = number_of(test.property, source, moment)
        if test.op is Op.IS_EMPTY:
            return exp.paren(is_null(held))
        scale = MICRO if test.property == "quantity" else 1
        return sure(compared(test.op, held, [literal(exact(exact(one) * scale)) for one in values_of(test.value)]))
    values = [str(one) for one in values_of(test.value)]
    if test.property in PRODUCT_PROPERTIES:
        return _of_product(test, values, source)
    if test.property == "channel":
        return sure(text_compared(test.op, sql.column("channel"), values))
    if test.property == "currency":
        held = sql.tree("COALESCE(currency, :own)", own=sql.text(moment.currency))
        return sure(text_compared(test.op, held, values))
    return sure(text_compared(test.op, source.attribute(test.property, number=False), values))


def _of_product(test: PropertyTest, values: list[str], source: FactSource) -> exp.Expr:
    """Return the test of the fact's product; of a fact that names none of ours, of the entry in `attrs`."""
    column = sql.column(PRODUCT_PROPERTIES[test.property], "p")
    known = exp.select(sql.column("id", "p")).from_(exp.alias_(source.products(), "p", table=True), copy=False)
    known = known.where(sure(text_compared(test.op, column, values)), copy=False)
    ours = exp.In(this=sql.column("product_id"), query=exp.Subquery(this=known))
    named = sure(text_compared(test.op, source.attribute(test.property, number=False), values))
    return sql.tree("CASE WHEN product_id IS NULL THEN :named ELSE :ours END", named=named, ours=sure(ours))
