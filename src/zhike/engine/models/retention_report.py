"""Retention as of a day, ready for JSON: cohorts, how long customers last, moves between classes, trend per class.

    with open_purchases(store, as_of=day, zone="Asia/Shanghai", currency="CNY") as bought:
        report_retention(bought, lifecycle=spec, tier=spec)

Months are given as year × 12 + month − 1 (24312 is January 2026), days as ISO texts, amounts in minor units.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.models.cells import Floats
from zhike.engine.models.from_store import StoredPurchases
from zhike.engine.models.retention import Survival, make_cohorts, make_transitions, survival
from zhike.engine.schemes import DEFAULTS, SchemeSpec
from zhike.engine.stages.cohorts import class_trend, cohort_months, cohort_start, known_lasting, transitions
from zhike.engine.stages.monthly import make_standing, members_on, month_points
from zhike.engine.stages.scores import CutPoints
from zhike.engine.store.mirror import latest
from zhike.engine.store.store import Store
from zhike.engine.work import Work

MOST_COHORTS = 60
MONTHS = 12
STEP = 7  # days between the points of a survival curve
MOST_POINTS = 260
LEAST_AT_RISK = 10  # customers; where fewer are left a curve ends
Z = 1.959963984540054  # both sides of 95 %
DAYS = sql.query("SELECT customer_id, day, amount, bought FROM study_day")
type Group = tuple[str, exp.Select]


def report_retention(
    bought: StoredPurchases,
    *,
    lifecycle: SchemeSpec | None,
    tier: SchemeSpec | None,
    kept: CutPoints | None = None,
    groups: Sequence[Group] = (),
) -> dict[str, Any]:
    """Return cohorts, survival, moves and trend.

    :param lifecycle: says after how many days of silence a customer is lost, and the stages of moves and trend.
    :param groups: (name, query of customer_id) of further survival curves; who is in them is known at the first
        purchase, else the curve would tell what the group was cut by.
    """
    study = _Study(bought, lifecycle, tier)
    study.make_tables(kept)
    return {
        "as_of": bought.as_of.isoformat(),
        "cohorts": study.cohorts(),
        "survival": study.survival(groups),
        "moves": study.moves(),
        "trend": [study.trend(one) for one in study.specs],
        "other_currencies": dict(bought.other_currencies),
    }


def make_study_days(work: Work, bought: StoredPurchases) -> None:
    """Make `study_day`: days of the customers on record before the day of judgement, in the order of customers."""
    rows = sql.tree(
        "SELECT customer_id, day, amount, bought FROM netted WHERE day < :as_of"
        " AND customer_id IN (SELECT customer_id FROM person) ORDER BY customer_id, day",
        as_of=sql.day(bought.as_of),
    )
    work.run(sql.create_table("study_day", rows))


class _Study:
    def __init__(self, bought: StoredPurchases, lifecycle: SchemeSpec | None, tier: SchemeSpec | None) -> None:
        self.bought, self.lifecycle = bought, lifecycle
        self.work = Work(bought.connection)
        self.specs = [one for one in (lifecycle, tier) if one is not None]
        self.points = month_points(bought.first, bought.as_of, MONTHS)

    def make_tables(self, kept: CutPoints | None) -> None:
        make_study_days(self.work, self.bought)
        self.work.run(sql.create_table("starts", cohort_start(DAYS.copy(), self.bought.as_of)))
        if self.specs and self.points:
            make_standing(self.work, DAYS, self.specs, self.points, kept=kept)

    def cohorts(self) -> dict[str, Any]:
        """Return sizes, buyers and revenue by month of first purchase and months since; the last cohorts only."""
        rows = self.work.run(cohort_months(DAYS.copy(), self.bought.as_of, "starts"))
        found = make_cohorts(rows, self.bought.as_of)
        last = slice(-MOST_COHORTS, None)
        buyers = found.retention * found.customers[:, None]
        return {
            "starts": [month_of(one) for one in found.starts][last],
            "sizes": [int(one) for one in found.customers][last],
            "buyers": [_whole(row) for row in buyers][last],
            "revenue": [_whole(row) for row in found.amount][last],
            "partial": found.partial,
        }

    def survival(self, groups: Sequence[Group]) -> dict[str, Any]:
        told = self.lifecycle.get("lost_days") if self.lifecycle else DEFAULTS["lifecycle"]["lost_days"]
        lost_after = int(told)
        curves = []
        for key, members in (("all", None), *groups):
            rows = self.work.run(known_lasting(self.bought.as_of, self._starts_of(key, members), lost_after=lost_after))
            if rows:
                curves.append(_curve(key, rows))
        return {"lost_after": lost_after, "curves": curves}

    def _starts_of(self, key: str, members: exp.Select | None) -> str:
        if members is None:
            return "starts"
        rows = sql.query("SELECT s.* FROM starts AS s JOIN :m USING (customer_id)", m=sql.aside(members, "m"))
        self.work.run(sql.create_table(f"starts_{key}", rows))
        return f"starts_{key}"

    def moves(self) -> dict[str, Any] | None:
        """Return the matrix of the last month, and of all months together; None without stages or two months."""
        if self.lifecycle is None or len(self.points) < 2:
            return None
        classes = [one.id for one in self.lifecycle.classes]
        matrices = []
        for before, after in zip(self.points, self.points[1:], strict=False):
            pair = [members_on(month_of(one), self.lifecycle.id) for one in (before, after)]
            matrices.append(make_transitions(self.work.run(transitions(*pair)), classes).counts)
        return {
            "scheme": self.lifecycle.id,
            "days": [one.isoformat() for one in self.points],
            "classes": classes,
            "last": _matrix(matrices[-1]),
            "all": _matrix(sum(matrices[1:], start=matrices[0])),
        }

    def trend(self, spec: SchemeSpec) -> dict[str, Any]:
        """Return what members of each class did in each whole month, by their class on its first day.

        A row is class (None: none, or not a customer yet), members, buyers, buyers on two days or more, days, amount.
        """
        months = []
        for start, end in zip(self.points, self.points[1:], strict=False):
            month = month_of(start)
            days = DAYS.copy().where(sql.tree("day >= :start", start=sql.day(start)))
            held = sql.tree(
                "SELECT class, COUNT(*) FROM :m GROUP BY class", m=sql.aside(members_on(month, spec.id), "m")
            )
            members = dict(self.work.run(held))
            did = {row[1]: row[2:] for row in self.work.run(class_trend(days, members_on(month, spec.id), end))}
            order = [*(one.id for one in spec.classes), None]
            rows = [[one, members.get(one, 0), *did.get(one, (0, 0, 0, 0))] for one in order]
            months.append({"month": month, "rows": rows})
        return {"scheme": spec.id, "kind": spec.kind, "months": months}


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def _whole(row: Floats) -> list[int]:
    return [round(float(one)) for one in row[~np.isnan(row)]]


def _matrix(counts: Floats) -> list[list[int]]:
    return [[int(one) for one in row] for row in counts]


def _curve(key: str, rows: Iterable[Sequence[int]]) -> dict[str, Any]:
    lasted, lost, customers = (np.array(one, dtype=np.float64) for one in zip(*rows, strict=True))
    found = survival(lasted, lost, customers)
    low, high = survival_band(found)
    longest = int(lasted.max())
    step = STEP * -(-longest // (STEP * MOST_POINTS)) if longest else STEP
    points: list[list[float]] = []
    for day in range(0, longest + 1, step):
        at_risk = int(customers[lasted >= day].sum())
        if points and at_risk < LEAST_AT_RISK:
            break
        place = int(np.searchsorted(lasted, day, side="right")) - 1
        values = (1.0, 1.0, 1.0) if place < 0 else (found.share[place], low[place], high[place])
        points.append([day, at_risk, *(round(float(one), 6) for one in values)])
    half = lasted[found.share <= 0.5]
    return {
        "key": key,
        "customers": int(customers.sum()),
        "lost": int(lost.sum()),
        "points": points,
        "median": int(half[0]) if len(half) else None,
    }


def survival_band(found: Survival, z: float = Z) -> tuple[Floats, Floats]:
    """Return the bounds of a survival curve on the log(−log) scale, which keeps them between 0 and 1; shapes (n,).

    Kalbfleisch & Prentice (1980). Where the share is 0 or 1 nothing can be said, and both bounds are the share.
    """
    inner = (found.share > 0) & (found.share < 1)
    share = np.where(inner, found.share, 0.5)
    reach = z * found.error / (share * np.abs(np.log(share)))
    low, high = share ** np.exp(reach), share ** np.exp(-reach)
    return np.where(inner, low, found.share), np.where(inner, high, found.share)


def make_kinds(store: Store, bought: StoredPurchases) -> dict[str, exp.Select]:
    """Make the table `study_kind` (customer_id, kind) and return the customers of each kind, of two kinds or more."""
    work = Work(bought.connection)
    with store.lock():  # another run may sweep files away
        manifest = store.manifest()
        files = [str(store.folder / one.path) for one in manifest.customers] if manifest else []
        if not files:
            return {}
        rows = latest(sql.query("SELECT customer_id, kind FROM :files", files=sql.parquet(files)))
        work.run(sql.create_table("study_kind", rows))
    kinds = [one for (one,) in work.run(sql.query("SELECT DISTINCT kind FROM study_kind ORDER BY kind"))]
    chosen = sql.query("SELECT customer_id FROM study_kind")
    return {
        one: chosen.where(exp.EQ(this=sql.column("kind"), expression=sql.text(one))) for one in kinds if len(kinds) > 1
    }


def size_groups() -> Mapping[str, exp.Select]:
    """Return customers by the size of their first purchase day: the largest quarter, the smallest, those between."""
    firsts = sql.query(
        "SELECT s.customer_id AS customer_id, CUME_DIST() OVER (ORDER BY d.amount) AS place"
        " FROM starts AS s JOIN study_day AS d ON d.customer_id = s.customer_id AND d.day = s.first_day"
    )
    bounds = {"large": "place > 0.75", "middle": "place > 0.25 AND place <= 0.75", "small": "place <= 0.25"}
    return {
        key: sql.query("SELECT customer_id FROM :f", f=sql.aside(firsts.copy(), "f")).where(sql.tree(text))
        for key, text in bounds.items()
    }
