"""What a scheme would do, before it is applied: counts and moves, from the last run's working file, read only."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.errors import NothingComputed
from zhike.engine.held_sets import Tally, held_words, tally
from zhike.engine.rules.measures import Part, join_parts
from zhike.engine.rules.needs import Needs
from zhike.engine.rules.windows import Moment
from zhike.engine.schemes import SchemeSpec, check_scheme
from zhike.engine.stages.classes import class_expression
from zhike.engine.stages.customer_state import customer_state, filled, state_columns, summed_days
from zhike.engine.stages.needed import fresh_parts
from zhike.engine.stages.profiles import with_profiles
from zhike.engine.stages.scores import CutPoints, find_cut_points, find_revenue, score_expressions
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.store import Store
from zhike.engine.work import ATTRIBUTE_COLUMNS, Meta, Work

SCORES = ("rfm_r", "rfm_f", "rfm_m")


@dataclass(frozen=True, slots=True)
class Preview:
    """`counts` is class id → customers; `moves` (from, to) → customers, None standing for no class.

    Without a scheme of that id in the last run, everybody moves from None. Where classes overlap, moves are into a
    class (from None), out of it (to None) and staying in it; `sets` has customers by all their classes.
    """

    as_of: date
    customers: int
    counts: Mapping[int, int]
    moves: Mapping[tuple[int | None, int | None], int]
    seconds: float
    sets: Tally | None = None

    @property
    def moved(self) -> int:
        """Customers whose classes change, each once."""
        if self.sets:
            return self.sets.changed[0]
        return sum(number for (before, after), number in self.moves.items() if before != after)


def preview(store: Store, *, scheme: SchemeSpec, as_of: date | None = None) -> Preview:
    """Return what a scheme would do to the customers as the last run left them. Changes nothing, waits for nobody.

    :param as_of: the day of judgement, by default the last run's; another day sums the state anew.
    :raises NothingComputed: before the first run. :raises SchemeWrong, RuleWrong: if the scheme cannot be computed.
    """
    check_scheme(scheme)
    return _with_current(store, as_of, lambda work, meta, day: _preview(store, work, meta, scheme, day))


def preview_sets(store: Store, *, schemes: Sequence[SchemeSpec], as_of: date | None = None) -> Preview:
    """Return what `preview` does for classes that overlap, each of them a spec with one class, in one pass."""
    for spec in schemes:
        check_scheme(spec)
    return _with_current(store, as_of, lambda work, meta, day: _preview_sets(store, work, meta, schemes, day))


def _with_current(store: Store, as_of: date | None, previewing: Callable[[Work, Meta, date], Preview]) -> Preview:
    work = open_current(store)
    try:
        meta = work.meta()
        if meta is None:
            raise NothingComputed
        return previewing(work, meta, as_of or date.fromisoformat(meta.setting["as_of"]))
    finally:
        work.close()


def open_current(store: Store) -> Work:
    """Open the current working file to read; a run may replace it between finding and opening, so try again."""
    for _ in range(5):
        try:
            return Work.open(store.working_file(), read_only=True)
        except duckdb.IOException:
            time.sleep(0.05)
    return Work.open(store.working_file(), read_only=True)


def _preview(store: Store, work: Work, meta: Meta, scheme: SchemeSpec, as_of: date) -> Preview:
    started = time.perf_counter()
    judged = frozenset(int(one["id"]) for one in meta.setting["schemes"]) - {scheme.id}
    setting = setting_on(meta, as_of, (scheme,), judged)
    columns = work.columns("customer")
    make_known(work, meta, setting, columns)
    same = {one["id"] for one in meta.setting["schemes"] if one == scheme.to_json()}
    kept = CutPoints.from_json(meta.cuts).only(same)
    points = find_cut_points(work.fetch, setting, "known", kept)
    points = with_profiles(work.run, setting, sql.table("known"), points, kept)
    rows = join_parts(sql.query("SELECT * FROM known"), read_parts(store, work, setting.needs, setting.moment))
    if scheme.kind == "rfm":
        rows = rows.select(
            *[exp.alias_(one, name, quoted=True) for name, one in score_expressions(setting, points).items()]
        )
    inner = exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("k")))
    known = class_column(scheme.id) in columns
    before = sql.column(class_column(scheme.id)) if known else sql.null("INTEGER")
    after = class_expression(scheme, setting, points)
    pairs = exp.select(before.as_("before"), after.as_("after"), sql.tree("COUNT(*)")).from_(inner)
    moves = {(one, two): number for one, two, number in work.run(pairs.group_by(sql.integer(1), sql.integer(2)))}
    counts = {one.id: 0 for one in scheme.classes}
    for (_, two), number in moves.items():
        if two is not None:
            counts[two] = counts.get(two, 0) + number
    return Preview(as_of, sum(moves.values()), counts, moves, time.perf_counter() - started)


def _preview_sets(store: Store, work: Work, meta: Meta, schemes: Sequence[SchemeSpec], as_of: date) -> Preview:
    started = time.perf_counter()
    own = {spec.id for spec in schemes}
    setting = setting_on(
        meta, as_of, tuple(schemes), frozenset(int(one["id"]) for one in meta.setting["schemes"]) - own
    )
    columns = work.columns("customer")
    make_known(work, meta, setting, columns)
    rows = join_parts(sql.query("SELECT * FROM known"), read_parts(store, work, setting.needs, setting.moment))
    points = CutPoints(as_of, revenue=find_revenue(work.fetch, setting, "known") if setting.asks_revenue else None)
    then = {f"then_{spec.id}": class_expression(spec, setting, points) for spec in schemes}
    held = [class_column(spec.id) for spec in schemes]
    before = [one if one in columns else None for one in held]
    inner = exp.select(
        sql.column("customer_id"),
        *[sql.column(one) for one in before if one],
        *[exp.alias_(one, name, quoted=True) for name, one in then.items()],
    ).from_(sql.aside(rows, "k"))
    words = {**held_words("before", before), **held_words("after", list(then))}
    counted = exp.select(
        *[exp.alias_(one, name, quoted=True) for name, one in words.items()],
        sql.tree("COUNT(*)").as_("customers", quoted=True),
        sql.integer(0).as_("revenue", quoted=True),
    ).from_(sql.aside(inner, "c"))
    counted = counted.group_by(*(sql.integer(place + 1) for place in range(len(words))))
    found = tally(work.fetch(counted), [one.id for spec in schemes for one in spec.classes])
    moves = {(one.before, one.after): one.customers for one in found.changes}
    counts = {one.id: 0 for spec in schemes for one in spec.classes}
    for (_, two), number in moves.items():
        if two is not None:
            counts[two] += number
    return Preview(as_of, found.customers, counts, moves, time.perf_counter() - started, found)


def setting_on(meta: Meta, as_of: date, schemes: tuple[SchemeSpec, ...], judged: frozenset[int]) -> Setting:
    """Return a setting for a day. On the last run's day what counted then counts, and while that day lasts, windows of
    hours end now.
    """
    held = meta.setting
    today = as_of.isoformat() == held["as_of"] != held["until"]
    setting = Setting(as_of, held["zone"], held["currency"], schemes, judged, today)
    now = datetime.now(UTC)
    return replace(setting, at=now) if today and now < setting.moment.end.replace(tzinfo=UTC) else setting


def read_parts(store: Store, work: Work, needs: Needs, moment: Moment) -> list[Part]:
    """Return what rules need beyond the columns, over the mirror as it is now."""
    if not needs:
        return []
    manifest = store.manifest()
    if manifest is None:
        raise NothingComputed
    return fresh_parts(work, store.folder, manifest, needs, moment, store.database_url)


def make_known(work: Work, meta: Meta, setting: Setting, columns: list[str]) -> bool:
    """Make `known`: customers with attributes, the state that the setting asks for, and the last run's results.

    Return whether it is a view; else it is a table, and `state` another.
    """
    scores = [] if setting.rfm_schemes else list(SCORES)
    kept = ["customer_id", *ATTRIBUTE_COLUMNS, *scores, *(one for one in columns if one.startswith("class_"))]
    wanted = state_columns(setting)
    if setting.as_of.isoformat() == meta.setting["as_of"] and set(wanted) <= set(columns):
        rows = exp.select(*map(sql.column, [*kept, *wanted])).from_(sql.table("customer"))
        work.run(exp.Create(this=sql.table("known"), kind="VIEW", expression=rows, properties=_temporary()))
        return True
    state = customer_state(summed_days(foreign=meta.foreign), setting)
    work.run(sql.create_table("state", state, temporary=True))
    shown = [sql.column(name, "customer") for name in kept]
    rows = exp.select(*shown, *[filled(name, kind, "state") for name, kind in wanted.items()])
    rows = rows.from_(sql.table("customer")).join(sql.table("state"), using=["customer_id"], join_type="left")
    work.run(sql.create_table("known", rows, temporary=True))
    return False


def _temporary() -> exp.Properties:
    return exp.Properties(expressions=[exp.TemporaryProperty()])
