"""The working file: a DuckDB file with days, customers and what PostgreSQL has still to be told.

Tables: `cust_day`, `foreign_day` (stage 1) · `person` (one row per customer: attributes, state, classes that are not to
be seen from the state) · `pending` (customer_id, scheme_id, generation: what changed in which run; scheme_id 0 is the
metrics) · `meta`. The view `customer` shows `person` with scores and the other classes beside: they follow from the cut
points, whose move would rewrite them for many.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import ATTRIBUTES, Dataset
from zhike.engine.stages.customer_state import state_columns
from zhike.engine.stages.setting import VERSION, Setting
from zhike.engine.store.arrow import connect_arrow
from zhike.engine.store.connection import connect
from zhike.engine.store.manifest import Manifest

ATTRIBUTE_COLUMNS = [name for name, _ in ATTRIBUTES] + ["created_day"]
METRICS = (
    "first_day",
    "last_day",
    "prev_day",
    "purchase_days_total",
    "frequency",
    "monetary",
    "rfm_r",
    "rfm_f",
    "rfm_m",
)


@dataclass(frozen=True, slots=True)
class Meta:
    """What a working file holds: of which mirror, up to which transaction, for which setting, by which cut points."""

    identity: str
    epoch: str
    watermark: int
    generation: int
    setting: Mapping[str, Any]
    cuts: Mapping[str, Any]
    foreign: bool  # whether `foreign_day` has rows


class Work:
    """An open working file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    @staticmethod
    def open(path: Path, *, read_only: bool = False) -> "Work":
        return Work(connect(str(path), folder=path.parent, read_only=read_only))

    def run(self, statement: exp.Expr) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql.emit(statement, spent=True)).fetchall()

    def command(self, fixed: str) -> None:
        """Run a command that has no tree: BEGIN, COMMIT, CHECKPOINT, ATTACH."""
        self.connection.execute(fixed).fetchall()

    def count(self, statement: exp.Expr) -> int:
        """Return the single whole number that a query gives."""
        ((found,),) = self.run(statement)
        return int(found)

    def fetch(self, statement: exp.Expr) -> dict[str, Any]:
        """Return the columns of a query as NumPy arrays of whole numbers."""
        found = self.connection.execute(sql.emit(statement, spent=True)).fetchnumpy()
        return {name: np.asarray(values, dtype=np.int64) for name, values in found.items()}

    def columns(self, table: str) -> list[str]:
        return [row[0] for row in self.connection.execute(sql.emit(exp.Describe(this=sql.table(table)))).fetchall()]

    def bring(self, name: str, dataset: Dataset, where: str, database_url: str) -> None:
        """Make a temporary table of a small one of PostgreSQL; `where` is fixed text."""
        query = sql.emit(dataset.select(where), sql.POSTGRES)
        with connect_arrow(database_url) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            self.connection.register("arriving", cursor.fetch_arrow())
            self.run(sql.drop_table(name))
            self.run(sql.create_table(name, sql.query("SELECT * FROM arriving"), temporary=True))
            self.connection.unregister("arriving")

    def write(self, query: exp.Expr, address: str) -> None:
        """Write a query's rows as a folder with one Parquet file; Parquet files that are there go."""
        folder = Path(address)
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.parquet"):
            left.unlink()
        self.run(sql.copy_to_parquet(query, str(folder / "part-0.parquet")))

    def meta(self, *, of_any_version: bool = False) -> Meta | None:
        """Return what the file holds, None where it is not one of ours or its stages were of another version."""
        try:
            ((found,),) = self.run(sql.query("SELECT held FROM meta"))
            meta = Meta(**json.loads(found))
        except (duckdb.Error, TypeError, ValueError):
            return None
        return meta if of_any_version or meta.setting.get("version") == VERSION else None

    def write_meta(self, meta: Meta) -> None:
        self.run(sql.drop_table("meta"))
        self.run(sql.create_table("meta", exp.select(sql.text(json.dumps(asdict(meta))).as_("held", quoted=True))))

    def close(self) -> None:
        self.connection.close()


def customer_columns(setting: Setting, attributes: Sequence[str] = ATTRIBUTE_COLUMNS) -> list[str]:
    """Return the customer table's columns that judging reads: id, attributes, state."""
    return ["customer_id", *attributes, *state_columns(setting)]


def extent(manifest: Manifest) -> tuple[datetime, datetime]:
    """Return the first and last instant of the mirrored facts, in UTC; the epoch twice where there are none."""
    if not manifest.first_at:
        return datetime(1970, 1, 1), datetime(1970, 1, 1)
    return datetime.fromisoformat(manifest.first_at), datetime.fromisoformat(manifest.last_at)
