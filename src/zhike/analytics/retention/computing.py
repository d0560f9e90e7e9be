"""The analysis: cohorts, survival, moves between stages and the trend of each class, over everybody."""

from collections.abc import Sequence

import duckdb

from zhike.analytics.errors import NothingBought
from zhike.analytics.runs.registry import Outcome, Task
from zhike.classification.public import get_store, list_known_specs
from zhike.engine.errors import NothingComputed
from zhike.engine.models.errors import NoPurchases
from zhike.engine.models.from_store import StoredPurchases, open_purchases
from zhike.engine.models.retention_report import make_kinds, report_retention, size_groups
from zhike.engine.preview import open_current
from zhike.engine.public import CutPoints, SchemeSpec, Store


def compute(task: Task) -> Outcome:
    """Return the card as of the task's day; it holds all results. :raises NothingBought:"""
    lifecycle, tier = find_specs()
    try:
        with open_purchases(get_store(), as_of=task.as_of, zone=task.zone, currency=task.currency) as bought:
            task.tell()
            groups = [*size_groups().items(), *make_kinds(get_store(), bought).items()]
            kept = fixed_points(get_store(), [one for one in (lifecycle, tier) if one])
            card = report_retention(bought, lifecycle=lifecycle, tier=tier, kept=kept, groups=groups)
            return Outcome(card | {"currency": task.currency}, count_buyers(bought), bought.first, bought.last)
    except NoPurchases as nothing:
        raise NothingBought(day=task.as_of.isoformat()) from nothing


def find_specs() -> tuple[SchemeSpec | None, SchemeSpec | None]:
    """Return the first lifecycle and the first value tier in force, None where there is none."""
    specs, _schemes = list_known_specs()
    lifecycle, tier = (next((one for one in specs if one.kind == kind), None) for kind in ("lifecycle", "value_tier"))
    return lifecycle, tier


def fixed_points(store: Store, specs: Sequence[SchemeSpec]) -> CutPoints | None:
    """Return the last run's cut points of types whose cut points are fixed; None where nothing is fixed or known."""
    fixed = {one.id for one in specs if one.has_fixed_cuts}
    if not fixed:
        return None
    try:
        work = open_current(store)
    except (NothingComputed, duckdb.Error):
        return None
    try:
        meta = work.meta()
        return CutPoints.from_json(meta.cuts).only(fixed) if meta else None
    finally:
        work.close()


def count_buyers(bought: StoredPurchases) -> int:
    """Return how many customers the figures are made of."""
    ((count,),) = bought.connection.execute("SELECT COUNT(DISTINCT customer) FROM bought").fetchall()
    return int(count)
