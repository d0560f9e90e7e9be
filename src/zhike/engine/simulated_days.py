"""Days judged anew for a simulation, with two versions of a scheme side by side, from the last run's working file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.preview import read_parts, setting_on
from zhike.engine.rules.ast import scheme_ids, trait_keys
from zhike.engine.rules.windows import months_before
from zhike.engine.schemes import SchemeSpec, in_order, metrics_scheme
from zhike.engine.stages.customer_state import customer_state, filled, state_columns, summed_days
from zhike.engine.stages.judged import judged
from zhike.engine.stages.profiles import with_profiles
from zhike.engine.stages.scores import CutPoints, find_cut_points
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.store import Store
from zhike.engine.work import ATTRIBUTE_COLUMNS, Meta, Work

_DAYS = sql.query("SELECT customer_id, day, amount, bought FROM simulated_day")

type Told = Callable[[int, int], None]


class SimulatedDays:
    """`shadows` are the later version's specs under numbers of their own, so that both are judged in one pass."""

    def __init__(
        self,
        store: Store,
        work: Work,
        meta: Meta,
        before: Sequence[SchemeSpec],
        after: Sequence[SchemeSpec],
        schemes: Sequence[SchemeSpec],
    ) -> None:
        self.store, self.work, self.meta = store, work, meta
        self.before = before
        top = max([0, *(one.id for one in (*before, *after, *schemes))])
        self.shadows = [replace(one, id=top + 1 + place) for place, one in enumerate(after)]
        self.schemes = _needed(before, after, schemes)
        self.kept: CutPoints | None = None

    def run(
        self, day: date, months: int, told: Told, shown: Mapping[str, exp.Expr], found: Callable[[date, int], None]
    ) -> str:
        """Judge each day, from `months` months back to the day itself; return the name of the last one's table.

        `found` is called with a day and its place once its table `judged_<place>` stands; the one before it stands too.
        A table has customer_id, `shown` and revenue.
        """
        days = [months_before(day, count) for count in range(months, -1, -1)]
        steps = len(days) + 1
        told(0, steps)
        self._sum_days(day)
        told(1, steps)
        for place, one in enumerate(days):
            self._judge(one, f"judged_{place}", shown)
            if months:
                found(one, place)
            if place:
                self.work.run(sql.drop_table(f"judged_{place - 1}"))
            told(place + 2, steps)
        return f"judged_{len(days) - 1}"

    def _sum_days(self, until: date) -> None:
        """Sum the days once: every month reads them. In order of customers they group in a third of the time."""
        rows = exp.select("*").from_(sql.aside(summed_days(foreign=self.meta.foreign), "d"))
        rows = rows.where(sql.tree("day <= :until", until=sql.day(until)))
        rows = rows.order_by(sql.column("customer_id"), sql.column("day"))
        self.work.run(sql.create_table("simulated_day", rows, temporary=True))

    def _judge(self, day: date, name: str, shown: Mapping[str, exp.Expr]) -> None:
        """Make a table of everybody who counts on that day."""
        setting = setting_on(self.meta, day, (*self.schemes, *self.shadows), frozenset())
        in_order(setting.schemes)
        self.work.run(sql.create_table("simulated_state", customer_state(_DAYS.copy(), setting), temporary=True))
        kept_points = self._kept(setting)
        points = find_cut_points(self.work.fetch, setting, "simulated_state", kept_points)
        columns = state_columns(setting)
        kept = ["customer_id", *ATTRIBUTE_COLUMNS]
        people = exp.select(
            *[sql.column(one, "customer") for one in kept],
            *[filled(one, kind, "simulated_state") for one, kind in columns.items()],
        )
        people = people.from_(sql.table("customer")).join(
            sql.table("simulated_state"), using=["customer_id"], join_type="left"
        )
        known = sql.aside(people, "known")
        points = self.kept = with_profiles(self.work.run, setting, known, points, kept_points)
        parts = read_parts(self.store, self.work, setting.needs, setting.moment)
        rows = judged(known, [*kept, *columns], setting, points, parts=parts)
        wanted = exp.select(
            sql.column("customer_id"),
            *[exp.alias_(one, alias, quoted=True) for alias, one in shown.items()],
            sql.column("monetary").as_("revenue", quoted=True),
        )
        there = sql.tree("created_day <= :day OR NOT last_day IS NULL", day=sql.day(day))  # known by then
        self.work.run(sql.create_table(name, wanted.from_(sql.aside(rows, "j")).where(there), temporary=True))
        self.work.run(sql.drop_table("simulated_state"))

    def _kept(self, setting: Setting) -> CutPoints | None:
        """Return cut points that stay: those of the month before; on the last run's day those that it used."""
        if setting.as_of.isoformat() == self.meta.setting["as_of"]:
            same = {
                one.id for one in self.schemes if any(one.to_json() == held for held in self.meta.setting["schemes"])
            }
            held = CutPoints.from_json(self.meta.cuts).only(same)
            for one, two in zip(self.before, self.shadows, strict=False):
                held = _also(held, one.id if _alike(one, two) else 0, two.id)
            return held
        return self.kept


def class_of(spec: SchemeSpec | None) -> exp.Expr:
    """Return the column of a spec's class; of none an empty one."""
    return sql.column(class_column(spec.id)) if spec else sql.null("INTEGER")


def _alike(one: SchemeSpec, two: SchemeSpec) -> bool:
    return {**one.to_json(), "id": 0} == {**two.to_json(), "id": 0}


def _also(points: CutPoints, scheme_id: int, other_id: int) -> CutPoints:
    """Return the points with those of one scheme standing for another one too, where there are any."""

    def twice[T](part: Mapping[int, T]) -> dict[int, T]:
        return {**part, other_id: part[scheme_id]} if scheme_id in part else dict(part)

    return CutPoints(points.as_of, twice(points.rfm), twice(points.tiers), twice(points.marks), twice(points.profiles))


def _needed(
    before: Sequence[SchemeSpec], after: Sequence[SchemeSpec], schemes: Sequence[SchemeSpec]
) -> list[SchemeSpec]:
    """Return, in order, those in force whose classes or scores the versions' rules ask for, and the earlier one."""
    own = {spec.id for spec in (*before, *after)}
    others = [spec for spec in schemes if spec.id not in own]
    by_id = {spec.id: spec for spec in others}
    published = metrics_scheme(others)
    wanted: set[int] = set()
    waiting = [*before, *after]
    while waiting:
        asked = _asked(waiting.pop(), published) & by_id.keys()
        waiting += [by_id[one] for one in asked - wanted]
        wanted |= asked
    return [*(spec for spec in schemes if spec.id in wanted), *before]


def _asked(spec: SchemeSpec, published: SchemeSpec | None) -> set[int]:
    """Return the schemes that a scheme's rules read: their classes, or the published scores."""
    rules = spec.rules
    found = {one for rule in rules for one in scheme_ids(rule)}
    if published and any(key.startswith("rfm_") for rule in rules for key in trait_keys(rule)):
        found.add(published.id)
    return found
