"""What rules ask for beyond a customer's columns, made before the classes: measures of facts, classes on record.

A run keeps them as tables of the working file, so that the evidence can be read; others make them for one question.
"""

from pathlib import Path

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import ASSIGNMENTS, FINDINGS, PRODUCTS
from zhike.engine.rules.measures import Part
from zhike.engine.rules.needs import Needs
from zhike.engine.rules.sources import FINDING_TABLE, PRODUCT_TABLE, STANDING_TABLE, mirror_parts, part_shapes
from zhike.engine.rules.windows import Moment
from zhike.engine.stages.setting import Setting
from zhike.engine.store.manifest import Manifest
from zhike.engine.work import Work


def make_needed(work: Work, folder: Path, manifest: Manifest, setting: Setting, database_url: str) -> None:
    """Make the tables of `kept_parts(setting)` anew; what an earlier setting needed goes."""
    for (name,) in work.run(sql.query("SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'need_')")):
        work.run(sql.drop_table(name))
    for part in fresh_parts(work, folder, manifest, setting.needs, setting.moment, database_url):
        work.run(sql.create_table(part.name, part.rows))


def kept_parts(setting: Setting) -> list[Part]:
    """Return the parts that a run has made, as queries of their tables."""
    found = []
    for name, columns in part_shapes(setting.needs).items():
        rows = exp.select(sql.column("customer_id"), *map(sql.column, columns)).from_(sql.table(name), copy=False)
        found.append(Part(name, columns, rows))
    return found


def fresh_parts(
    work: Work, folder: Path, manifest: Manifest, needs: Needs, moment: Moment, database_url: str
) -> list[Part]:
    """Return the parts as queries over the mirror, after reading from PostgreSQL the small tables that they ask."""
    bring_small_tables(work, needs, database_url)
    return mirror_parts(needs, moment, facts=[str(folder / one.path) for one in manifest.facts])


def bring_small_tables(work: Work, needs: Needs, database_url: str) -> None:
    """Read products, the record of classes and what models found from PostgreSQL, where the needs ask for them."""
    if needs.asks_products:
        work.bring(PRODUCT_TABLE, PRODUCTS, "TRUE", database_url)
    if schemes := {*needs.held, *(one.scheme_id for one in needs.stays)}:
        numbers = ", ".join(str(int(one)) for one in sorted(schemes))
        where = f"track IN ({numbers})" if min(schemes) < 0 else f"scheme_id IN ({numbers})"
        where += "" if needs.stays else " AND valid_to IS NULL"
        work.bring(STANDING_TABLE, ASSIGNMENTS, where, database_url)
    if needs.findings:
        work.bring(FINDING_TABLE, FINDINGS.only(needs.findings), "TRUE", database_url)
