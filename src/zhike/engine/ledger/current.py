"""Measures of the facts as the mirror has them now: from the ledger; of customers with later facts, from the mirror."""

from collections.abc import Sequence as Many

import numpy as np
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.ledger.ledger import Column, Ledger, find_ledger, start_making
from zhike.engine.ledger.measuring import Measurer, Unfit
from zhike.engine.rules.ast import Did, Sequence
from zhike.engine.rules.fact_tests import FactSource
from zhike.engine.rules.measures import measured_parts
from zhike.engine.rules.needs import Needs, measure_columns, need_column
from zhike.engine.rules.sources import PRODUCT_TABLE
from zhike.engine.rules.windows import Moment
from zhike.engine.stages.needed import bring_small_tables
from zhike.engine.store.manifest import Manifest, MirrorFile
from zhike.engine.store.store import Store
from zhike.engine.work import Work

MANY_LATE = 0.05  # of the customers: from there on a new ledger is made beside
LATE_ID, LATE = "late_customer", "late_fact"
_SOURCE = FactSource(lambda: sql.table(LATE), lambda: sql.table(PRODUCT_TABLE))


class CurrentFacts:
    """A mirror's facts behind one open working file. Not for two threads at once."""

    def __init__(self, store: Store, work: Work, manifest: Manifest, currency: str) -> None:
        self.store, self.work, self.manifest, self.currency = store, work, manifest, currency
        self.measurer: Measurer | None = None
        self.lying: set[str] = set()
        self.late: Column = np.empty(0, dtype=np.int64)

    def make(self, name: str, leaf: Did | Sequence, moment: Moment, *, stamp: str) -> bool:
        """Make `name`, to be read as a table of customer_id and what is measured; answer whether the ledger could."""
        measurer = self._measurer()
        if measurer is None:
            return False
        try:
            found = measurer.measure(leaf, moment, stamp=stamp)
        except Unfit:
            return False
        if not len(self.late):
            self.work.connection.register(name, found)  # read where it lies
            self.lying.add(name)
            return True
        early = ~np.isin(found["customer_id"], self.late)
        found = {column: values[early] for column, values in found.items()}
        self.work.connection.register("arriving", found)
        self.work.run(sql.create_table(name, sql.query("SELECT * FROM arriving"), temporary=True))
        self.work.connection.unregister("arriving")
        self._add_late(name, leaf, moment)
        return True

    def drop(self, name: str) -> None:
        """Let go of what `make` or a query made."""
        if name in self.lying:
            self.lying.remove(name)
            self.work.connection.unregister(name)
        else:
            self.work.run(sql.drop_table(name))

    def _add_late(self, name: str, leaf: Did | Sequence, moment: Moment) -> None:
        bring_small_tables(self.work, Needs(measures=(leaf,)), self.store.database_url)
        columns = measure_columns(leaf) if isinstance(leaf, Did) else [need_column(leaf)]
        for part in measured_parts([leaf], _SOURCE, moment):
            rows = sql.query("SELECT customer_id").select(*map(sql.column, columns)).from_(sql.aside(part.rows, "p"))
            self.work.run(sql.insert(name, rows))

    def _measurer(self) -> Measurer | None:
        if self.measurer is None:
            ledger = find_ledger(self.store.folder, self.manifest, self.currency)
            if ledger is not None:
                self.late = self._find_late(ledger)
                self.measurer = Measurer(ledger, self.store.database_url)
        return self.measurer

    def _find_late(self, ledger: Ledger) -> Column:
        """Return the customers with facts that the ledger lacks, and bring all their facts."""
        later = [one for one in self.manifest.facts if one.hi > ledger.watermark]
        if not later:
            return self.late
        ids = sql.query("SELECT DISTINCT customer_id").from_(self._files(later))
        ids = ids.where(sql.tree("seen > :since", since=sql.integer(ledger.watermark)))
        self.work.run(sql.create_table(LATE_ID, ids, temporary=True))
        rows = sql.query("SELECT *").from_(self._files(self.manifest.facts))
        rows = rows.where(sql.tree("customer_id IN (SELECT customer_id FROM late_customer)"))
        self.work.run(sql.create_table(LATE, rows, temporary=True))
        late: Column = self.work.fetch(sql.query("SELECT customer_id FROM late_customer"))["customer_id"]
        if len(late) > MANY_LATE * len(ledger.customers):
            start_making(self.store.folder, self.manifest, self.currency)
        return late

    def _files(self, files: Many[MirrorFile]) -> exp.Expr:
        return sql.parquet(str(self.store.folder / one.path) for one in files)

    def close(self) -> None:
        if self.measurer is not None:
            self.measurer.close()
