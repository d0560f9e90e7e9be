"""Where the needs of rules are read: in DuckDB over the mirror's files, in PostgreSQL over its own tables."""

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import ASSIGNMENTS, FACTS, FINDINGS, PRODUCTS
from zhike.engine.rules.fact_tests import FactSource
from zhike.engine.rules.measures import Part, measured_parts
from zhike.engine.rules.needs import Needs
from zhike.engine.rules.standing import standing_part
from zhike.engine.rules.windows import Moment

PRODUCT_TABLE, STANDING_TABLE, FINDING_TABLE = "product", "standing", "finding"
FOUND = "need_findings"
_FACT_TYPES = {
    "id": "BIGINT", "customer_id": "BIGINT", "kind": "TEXT", "occurred_at": "TIMESTAMP", "channel": "TEXT",
    "amount": "BIGINT", "currency": "TEXT", "millionths": "BIGINT", "refers_kind": "TEXT", "refers_id": "BIGINT",
    "product_id": "BIGINT", "attrs": "TEXT",
}  # fmt: skip


def mirror_parts(needs: Needs, moment: Moment, *, facts: Sequence[str]) -> list[Part]:
    """Return the parts in DuckDB: facts from Parquet files, products and standing from tables of these names."""

    def rows() -> exp.Expr:
        return sql.parquet(facts) if facts else sql.aside(_nothing(), "facts")

    source = FactSource(rows, lambda: sql.table(PRODUCT_TABLE))
    return _parts(needs, moment, source, sql.table(STANDING_TABLE), sql.table(FINDING_TABLE))


def postgres_parts(needs: Needs, moment: Moment, *, customer: exp.Expr | None = None) -> list[Part]:
    """Return the parts in PostgreSQL, over its own tables: of everybody, or of the customer whose id is given."""
    own = sql.column("customer_id")
    where = exp.true() if customer is None else exp.EQ(this=own, expression=customer)

    def rows() -> exp.Expr:
        return sql.aside(_postgres_facts().where(where.copy(), copy=False), "facts")

    source = FactSource(rows, lambda: sql.aside(PRODUCTS.select("TRUE"), "products"), sql.POSTGRES)
    standing = ASSIGNMENTS.select("TRUE").where(where, append=False, copy=False)
    found = FINDINGS.select("TRUE").where(where.copy(), append=False, copy=False)
    return _parts(needs, moment, source, sql.aside(standing, "standing"), sql.aside(found, "finding"))


def part_shapes(needs: Needs) -> dict[str, tuple[str, ...]]:
    """Return the parts that the needs come in: name → columns."""
    nowhere = Moment(date(2000, 1, 1))
    return {one.name: one.columns for one in mirror_parts(needs, nowhere, facts=())}


def _parts(needs: Needs, moment: Moment, source: FactSource, standing: exp.Expr, findings: exp.Expr) -> list[Part]:
    parts = measured_parts(needs.measures, source, moment)
    if needs.held or needs.stays:
        parts.append(standing_part(needs, moment, standing))
    if needs.findings:
        rows = exp.select(sql.column("customer_id"), *map(sql.column, needs.findings)).from_(findings, copy=False)
        parts.append(Part(FOUND, needs.findings, rows))
    return parts


def _postgres_facts() -> exp.Select:
    """Return the facts with the mirror's columns, `attrs` as the jsonb that it is here."""
    columns = [(name, text) for name, text in FACTS.columns if name in _FACT_TYPES and name != "attrs"]
    shown = [sql.tree(text, dialect=sql.POSTGRES).as_(name, quoted=True) for name, text in columns]
    return exp.select(*shown, sql.column("attrs")).from_(sql.table(FACTS.table), copy=False)


def _nothing() -> exp.Select:
    shown = [sql.null(kind).as_(name, quoted=True) for name, kind in _FACT_TYPES.items()]
    return exp.select(*shown).where(exp.false(), copy=False)
