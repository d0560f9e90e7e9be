"""What stages work on, when it is Spark: every table that they make is computed once and kept by the cluster.

Tables are kept in memory, and on the machines' disks beyond it. No statement holds another stage inside: Spark would
compute it again for every time that it is mentioned.
"""

import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import Dataset
from zhike.engine.spark.dialect import spark_text
from zhike.engine.spark.place import Place
from zhike.engine.stages.cut_points import Ints
from zhike.engine.store.postgres import fetch_rows
from zhike.engine.work import Work

_TYPES = {
    "sku": "STRING", "category": "STRING", "scheme_id": "INT", "class_id": "INT", "p_alive": "INT", "churn_risk": "INT",
    "next_offer": "ARRAY<STRING>", "next_category": "ARRAY<STRING>",
}  # fmt: skip
_HANDFUL = 20_000  # rows handed over in one go


class SparkWork(Work):
    """The tables of one computation in a SparkSession. Close it after use: it lets go of what the cluster keeps."""

    def __init__(self, session: Any, place: Place) -> None:
        self.session = session
        self.place = place
        self._kept: dict[str, Any] = {}
        self._files: dict[tuple[str, ...], str] = {}

    def run(self, statement: exp.Expr) -> list[tuple[Any, ...]]:
        match statement:
            case exp.Create():
                self._make(statement.this.name, statement.expression, keep=statement.kind == "TABLE")
                return []
            case exp.Drop():
                for one in statement.args["tables"]:
                    self._drop(one.name)
                return []
            case exp.Select() | exp.Union():
                return [tuple(row) for row in self.rows(statement).collect()]
        raise TypeError(f"not a stage: {statement.sql()}")

    def rows(self, query: exp.Expr) -> Any:
        """Return a query's rows as Spark's own frame; nothing is computed yet."""
        return self.session.sql(spark_text(query, self._view))

    def fetch(self, statement: exp.Expr) -> dict[str, Ints]:
        rows = self.rows(statement)
        names, found = rows.columns, rows.collect()
        return {name: np.array([row[place] for row in found], dtype=np.int64) for place, name in enumerate(names)}

    def columns(self, table: str) -> list[str]:
        return list(self.session.table(table).columns)

    def bring(self, name: str, dataset: Dataset, where: str, database_url: str) -> None:
        """Read a small table from PostgreSQL and hand it to the cluster, whose machines need no Python for it."""
        found = fetch_rows(database_url, sql.emit(dataset.select(where), sql.POSTGRES))
        self._drop(name)
        self.hand_over(name, {one: _TYPES.get(one, "BIGINT") for one, _ in dataset.columns}, found)

    def hand_over(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Make a table of rows that are here. `columns` are names with Spark's types."""
        shape = "ARRAY<STRUCT<" + ", ".join(f"`{one}`: {kind}" for one, kind in columns.items()) + ">>"
        made = None
        for start in range(0, max(len(rows), 1), _HANDFUL):
            given = [dict(zip(columns, row, strict=True)) for row in rows[start : start + _HANDFUL]]
            bound = {"rows": json.dumps(given, ensure_ascii=False, default=str), "shape": shape}
            part = self.session.sql("SELECT inline(from_json(:rows, :shape))", bound)
            made = part if made is None else made.unionAll(part)
        self._keep(name, made)

    def write(self, query: exp.Expr, address: str) -> None:
        """Write a query's rows as a folder of Parquet files, each machine its own; what is there goes."""
        self.rows(query).write.mode("overwrite").parquet(address)

    def close(self) -> None:
        for name in [*self._kept]:
            self._drop(name)
        for view in self._files.values():
            self.session.catalog.dropTempView(view)

    def __enter__(self) -> "SparkWork":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or issubclass(kind, Exception):  # who is broken off hears the answer to what it asked before
            self.close()

    def _make(self, name: str, query: exp.Expr, *, keep: bool) -> None:
        rows = self.rows(query)
        if keep:
            self._keep(name, rows)
        else:
            rows.createOrReplaceTempView(name)

    def _keep(self, name: str, rows: Any) -> None:
        from pyspark import StorageLevel

        kept = rows.persist(StorageLevel.MEMORY_AND_DISK)
        kept.count()  # now, so that later stages find it made
        kept.createOrReplaceTempView(name)
        self._kept[name] = kept

    def _drop(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is not None:
            self.session.catalog.dropTempView(name)
            kept.unpersist()

    def _view(self, paths: Sequence[str]) -> str:
        """Return the name under which these Parquet files stand."""
        key = tuple(paths)
        if key not in self._files:
            name = f"files_{len(self._files)}"
            self.session.read.parquet(*[self.place.address(one) for one in key]).createOrReplaceTempView(name)
            self._files[key] = name
        return self._files[key]
