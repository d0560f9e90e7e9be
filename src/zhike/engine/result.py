"""What a run gives: counts, and the rows that PostgreSQL has still to be told."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.measures import join_parts
from zhike.engine.schemes import SchemeSpec
from zhike.engine.stages.classes import attribute_value, evidence_expression
from zhike.engine.stages.needed import kept_parts
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.manifest import write_atomically
from zhike.engine.store.store import Store
from zhike.engine.work import METRICS, Work

PUBLISHED = "published.json"
MOST_UNMATCHED = 5000
EVERYONE = -1  # in place of a generation: PostgreSQL is told of every customer


@dataclass(frozen=True, slots=True)
class Result:
    """The rows behind a finished run. Close it after use, or use it as a context manager.

    `how` is "full", "rebuilt" (customers anew from the kept days), "refreshed" or "unchanged". `counts` is class id →
    customers, by scheme. `unmatched` is value → customers of attribute schemes whose value has no class.
    """

    store: Store
    work: Work
    setting: Setting
    points: CutPoints
    generation: int
    identity: str
    how: str
    seconds: float
    customers: int
    counts: Mapping[int, Mapping[int, int]]
    unmatched: Mapping[int, Mapping[str, int]]
    changed_metrics: int
    changed_classes: int
    told: int  # the generation up to which PostgreSQL knows

    @property
    def as_of(self) -> date:
        return self.setting.as_of

    @property
    def watermark(self) -> int:
        """The first transaction of PostgreSQL that this result may not have seen."""
        meta = self.work.meta()
        return meta.watermark if meta else 0

    def metrics(self, *, everyone: bool = False, also: Sequence[int] = ()) -> duckdb.DuckDBPyRelation:
        """Return changed metrics, one row per customer: customer_id, then the columns of METRICS.

        `everyone` gives all customers' rows, for a PostgreSQL that was taken back to an earlier day; `also` the rows
        of these customers, whether they changed or not.
        Days are dates, monetary is in minor units, scores are NULL outside the window. The relation is an Arrow stream
        too, which ADBC takes as it is.
        """
        self._note_also(also)
        return self.work.connection.sql(sql.emit(metrics_rows(EVERYONE if everyone else self.told, also=bool(also))))

    def classes(self, *, everyone: bool = False, also: Sequence[int] = ()) -> duckdb.DuckDBPyRelation:
        """Return changed classes: customer_id, scheme_id, class_id (NULL: in none now), evidence (JSON text)."""
        told = EVERYONE if everyone else self.told
        self._note_also(also)
        return self.work.connection.sql(sql.emit(class_rows(self.setting, self.points, told, also=bool(also))))

    def _note_also(self, ids: Sequence[int]) -> None:
        """Put these customers into the temporary table `also`."""
        if ids:
            self.work.command("CREATE OR REPLACE TEMP TABLE also (customer_id BIGINT)")
            self.work.connection.execute("INSERT INTO also SELECT unnest($1::BIGINT[])", [list(ids)]).fetchall()

    def copy_metrics(self, write: Callable[[bytes], object]) -> int:
        """Give the changed metrics as CSV without header, for `COPY … FROM STDIN (FORMAT csv)`; return the rows."""
        return self._copy(metrics_rows(self.told), write)

    def copy_classes(self, write: Callable[[bytes], object]) -> int:
        """Give the changed classes as CSV without header; return the rows."""
        return self._copy(class_rows(self.setting, self.points, self.told), write)

    def _copy(self, rows: exp.Expr, write: Callable[[bytes], object]) -> int:
        path = self.store.folder / f"making-{self.generation}-{id(self)}.csv"
        try:
            copy = exp.Copy(
                this=exp.Subquery(this=rows),
                kind=False,
                files=[exp.Literal.string(str(path))],
                params=[exp.CopyParameter(this=exp.var("FORMAT"), expression=exp.var("csv")),
                        exp.CopyParameter(this=exp.var("HEADER"), expression=exp.false())],
            )  # fmt: skip
            ((count,),) = self.work.run(copy)
            with path.open("rb") as file:
                while part := file.read(1 << 20):
                    write(part)
        finally:
            path.unlink(missing_ok=True)
        return int(count)

    def published(self) -> None:
        """Say that PostgreSQL has committed the rows of this result: later results leave them out."""
        known = {"generation": self.generation, "identity": self.identity}
        write_atomically(self.store.folder / PUBLISHED, json.dumps(known))

    def close(self) -> None:
        self.work.close()

    def __enter__(self) -> "Result":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def published_generation(folder: Path, identity: str) -> int:
    """Return the last generation that PostgreSQL took; 0 where it took none, or where it is another database now."""
    try:
        found = json.loads((folder / PUBLISHED).read_text())
    except (FileNotFoundError, ValueError):
        return 0
    return int(found["generation"]) if found.get("identity") == identity else 0


def metrics_rows(told: int, *, also: bool = False) -> exp.Select:
    shown = [sql.column(name) for name in ("customer_id", *METRICS)]
    return exp.select(*shown).from_(sql.table("customer"), copy=False).where(_pending(0, told, also), copy=False)


def class_rows(setting: Setting, points: CutPoints, told: int, *, also: bool = False) -> exp.Expr:
    """Return the pending rows of every scheme, one below the other; `also` those of the customers in that table."""
    parts = [_class_part(spec, setting, points, told, also) for spec in setting.schemes]
    if not parts:
        names = {"customer_id": "BIGINT", "scheme_id": "INTEGER", "class_id": "INTEGER", "evidence": "TEXT"}
        return exp.select(*[sql.null(kind).as_(name, quoted=True) for name, kind in names.items()]).where(
            exp.false(), copy=False
        )
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False, copy=False)


def _class_part(spec: SchemeSpec, setting: Setting, points: CutPoints, told: int, also: bool) -> exp.Select:
    held = sql.column(class_column(spec.id))
    rows = (
        exp.select(
            sql.column("customer_id"),
            exp.cast(sql.integer(spec.id), "INTEGER").as_("scheme_id", quoted=True),
            held.as_("class_id", quoted=True),
            evidence_expression(spec, setting, points).as_("evidence", quoted=True),
        )
        .from_(sql.table("customer"), copy=False)
        .where(_pending(spec.id, told, also), copy=False)
    )
    return join_parts(rows, kept_parts(setting)) if spec.rules else rows


def _pending(scheme_id: int, told: int, also: bool) -> exp.Expr:
    if told == EVERYONE:
        return exp.true()
    changed = sql.tree(
        "customer_id IN (SELECT customer_id FROM pending WHERE scheme_id = :scheme AND generation > :told)",
        scheme=sql.integer(scheme_id),
        told=sql.integer(told),
    )
    return sql.tree(":changed OR customer_id IN (SELECT customer_id FROM also)", changed=changed) if also else changed


def count_classes(work: Work, setting: Setting) -> dict[int, dict[int, int]]:
    """Return customers by class, by scheme; every class of the scheme is there, with 0 where nobody is."""
    found: dict[int, dict[int, int]] = {}
    for spec in setting.schemes:
        held = sql.column(class_column(spec.id))
        rows = (
            exp.select(held, sql.tree("COUNT(*)"))
            .from_(sql.table("customer"), copy=False)
            .group_by(held.copy(), copy=False)
        )
        counts = {one.id: 0 for one in spec.classes}
        counts.update({key: number for key, number in work.run(rows) if key is not None})
        found[spec.id] = counts
    return found


def find_unmatched(work: Work, setting: Setting) -> dict[int, dict[str, int]]:
    """Return, for attribute schemes, the values that no class names, the commonest first, with their customers."""
    found: dict[int, dict[str, int]] = {}
    for spec in setting.schemes:
        if spec.kind == "attribute":
            held = attribute_value(spec)
            rows = (
                exp.select(held, sql.tree("COUNT(*)"))
                .from_(sql.table("customer"), copy=False)
                .where(exp.Not(this=exp.Is(this=held.copy(), expression=exp.Null())), copy=False)
                .group_by(sql.integer(1), copy=False)
                .order_by(exp.Ordered(this=sql.integer(2), desc=True), sql.integer(1), copy=False)
            )
            keys = {one.key for one in spec.classes}
            values = [(value, number) for value, number in work.run(rows) if value not in keys]
            found[spec.id] = dict(values[:MOST_UNMATCHED])
    return found


def count_pending(work: Work, told: int, *, metrics: bool) -> int:
    condition = sql.tree("scheme_id = 0" if metrics else "scheme_id <> 0")
    newer = sql.tree("generation > :told", told=sql.integer(told))
    distinct = sql.query("SELECT DISTINCT customer_id, scheme_id FROM pending").where(condition, newer, copy=False)
    return work.count(sql.query("SELECT COUNT(*) FROM :p AS p", p=exp.Subquery(this=distinct)))
