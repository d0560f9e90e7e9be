"""Full computation: days from the Parquet files, then every customer from the days. The repair tool."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import ATTRIBUTES
from zhike.engine.stages import cust_day as days
from zhike.engine.stages.customer_state import clean_days, customer_state, filled, state_columns, summed_days
from zhike.engine.stages.judged import judged, kept_classes, result_columns, scored
from zhike.engine.stages.local_day import local_day
from zhike.engine.stages.needed import kept_parts
from zhike.engine.stages.profiles import with_profiles
from zhike.engine.stages.scores import CutPoints, find_cut_points
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.manifest import Manifest
from zhike.engine.store.mirror import latest
from zhike.engine.work import ATTRIBUTE_COLUMNS, METRICS, Work, customer_columns, extent


def build_days(work: Work, folder: Path, manifest: Manifest, setting: Setting, *, before: date | None = None) -> bool:
    """Make `cust_day` and `foreign_day` from all facts; return whether there are foreign rows.

    :param before: leave later days out of `cust_day`; `add_days` adds them, so that they lie together.
    """
    paths = [str(folder / one.path) for one in manifest.facts]
    mixed = any(one != setting.currency for one in manifest.currencies)
    own = _own_days(folder, manifest, setting, exp.LT, before) if paths else days.no_days(foreign=False)
    work.run(sql.create_table("cust_day", own))
    other = days.no_days(foreign=True)
    if mixed:
        other = days.foreign_day(paths, day=fact_day(manifest, setting), currency=setting.currency)
    work.run(sql.create_table("foreign_day", other))
    return mixed


def add_days(work: Work, folder: Path, manifest: Manifest, setting: Setting, *, since: date) -> None:
    """Add to `cust_day` the days from `since` on: they come to lie behind all others."""
    edge = f"{since - timedelta(days=1):%Y-%m}"  # months are of UTC
    recent = replace(manifest, facts=tuple(one for one in manifest.facts if not one.month or one.month >= edge))
    if recent.facts:
        work.run(sql.insert("cust_day", _own_days(folder, recent, setting, exp.GTE, since)))


def _own_days(
    folder: Path, manifest: Manifest, setting: Setting, compare: type[exp.LT | exp.GTE], edge: date | None
) -> exp.Select:
    day = fact_day(manifest, setting)
    mixed = any(one != setting.currency for one in manifest.currencies)
    paths = [str(folder / one.path) for one in manifest.facts]
    rows = days.cust_day(paths, day=day, currency=setting.currency, mixed=mixed)
    return rows if edge is None else rows.where(compare(this=day.copy(), expression=sql.day(edge)), copy=False)


def fact_day(manifest: Manifest, setting: Setting) -> exp.Expr:
    return local_day(sql.column("occurred_at"), setting.zone, *extent(manifest))


def profiles(work: Work, folder: Path, manifest: Manifest, setting: Setting, *, since: int | None = None) -> exp.Select:
    """Return a query of customers' attributes, each one's newest row (copied since a watermark)."""
    files = [one for one in manifest.customers if since is None or one.hi > since]
    attributes = [sql.column(name) for name, _ in ATTRIBUTES]
    if not files:
        return _no_profiles()
    source = sql.parquet(str(folder / one.path) for one in files)
    first, last = _created_extent(work, source)
    day = local_day(sql.column("created_at"), setting.zone, first, last)
    rows = exp.select(sql.column("customer_id"), *attributes, day.as_("created_day", quoted=True)).from_(
        source, copy=False
    )
    if since is not None:
        rows = rows.where(sql.tree("seen > :since", since=sql.integer(since)), copy=False)
    return latest(rows) if len(files) > 1 else rows


def _created_extent(work: Work, source: exp.Expr) -> tuple[datetime, datetime]:
    ((first, last),) = work.run(sql.query("SELECT MIN(created_at), MAX(created_at)").from_(source.copy(), copy=False))
    return first, last


def _no_profiles() -> exp.Select:
    kinds = {"employees": "INTEGER", "birthday": "DATE", "owner_id": "BIGINT", "tags": "TEXT[]", "created_day": "DATE"}
    kinds |= {"created_at": "TIMESTAMP", "archived_at": "TIMESTAMP", "customer_id": "BIGINT"}
    names = ["customer_id", *(name for name, _ in ATTRIBUTES), "created_day"]
    return exp.select(*[sql.null(kinds.get(name, "TEXT")).as_(name, quoted=True) for name in names]).where(
        exp.false(), copy=False
    )


def build_customers(
    work: Work,
    people: exp.Select,
    setting: Setting,
    *,
    clean: bool,
    foreign: bool,
    kept: CutPoints | None,
    attributes: Sequence[str] = ATTRIBUTE_COLUMNS,
) -> CutPoints:
    """Make `person` and `customer` from profiles and all days; return the cut points that they were judged by.

    :param people: a query of `profiles`. :param clean: `cust_day` has one row per customer and day.
    :param attributes: those that the tables get; the schemes' own must be among them.
    """
    columns = customer_columns(setting, attributes)
    held = clean_days() if clean and not foreign else summed_days(foreign=foreign)
    work.run(sql.create_table("state", customer_state(held, setting), temporary=True))
    points = find_cut_points(work.fetch, setting, "state", kept)
    joined = (
        exp.select("p.*", *[filled(name, kind, "state") for name, kind in state_columns(setting).items()])
        .from_(sql.aside(people, "p"), copy=False)
        .join(sql.table("state"), using=["customer_id"], join_type="left", copy=False)
    )
    points = with_profiles(work.run, setting, sql.aside(joined, "known"), points, kept)
    rows = judged(sql.aside(joined, "known"), columns, setting, points, parts=kept_parts(setting))
    kept_columns = [sql.column(name) for name in (*columns, *kept_classes(setting))]
    work.run(sql.create_table("person", exp.select(*kept_columns).from_(sql.aside(rows, "inner"), copy=False)))
    work.run(sql.drop_table("state"))
    show_customers(work, setting, points, attributes)
    return points


def show_customers(
    work: Work, setting: Setting, points: CutPoints, attributes: Sequence[str] = ATTRIBUTE_COLUMNS
) -> None:
    """Make the view `customer`: the rows of `person` with the scores and classes that these cut points give them."""
    columns = [*customer_columns(setting, attributes), *kept_classes(setting)]
    shown = scored(sql.table("person"), columns, setting, points)
    work.run(exp.Create(this=sql.table("customer"), kind="VIEW", expression=shown, replace=True))


def note_everything(work: Work, setting: Setting, generation: int) -> None:
    """Add every customer to `pending` for the metrics and every scheme: PostgreSQL may hold anything."""
    for scheme_id in _watched(setting):
        rows = sql.query("SELECT customer_id FROM customer")
        work.run(sql.insert("pending", rows.select(sql.integer(scheme_id), sql.integer(generation), copy=False)))


def note_differences(work: Work, setting: Setting, before: exp.Table, old: list[str], generation: int) -> None:
    """Add to `pending` every customer whose metrics or class differ from those in the table `before`.

    :param old: the columns of `before`; of a scheme that it lacks, everybody is noted.
    """
    same = exp.EQ(this=sql.column("customer_id", "customer"), expression=sql.column("customer_id", "before"))
    for scheme_id, names in _watched(setting).items():
        rows = exp.select(sql.column("customer_id", "customer"), sql.integer(scheme_id), sql.integer(generation))
        rows = rows.from_(sql.table("customer"), copy=False)
        if set(names) <= set(old):
            rows = rows.join(exp.alias_(before.copy(), "before", table=True), on=same, join_type="left", copy=False)
            newcomer = exp.Is(this=sql.column("customer_id", "before"), expression=exp.Null())
            rows = rows.where(exp.or_(newcomer, *map(_differs, names)), copy=False)
        work.run(sql.insert("pending", rows))


def _watched(setting: Setting) -> dict[int, list[str]]:
    """Return the columns whose change is told to PostgreSQL, by scheme; 0 is the metrics."""
    return {0: list(METRICS)} | {spec.id: [class_column(spec.id)] for spec in setting.schemes}


def _differs(name: str) -> exp.Expr:
    return exp.NullSafeNEQ(this=sql.column(name, "customer"), expression=sql.column(name, "before"))


def empty_pending() -> exp.Select:
    kinds = {"customer_id": "BIGINT", "scheme_id": "INTEGER", "generation": "BIGINT"}
    return exp.select(*[sql.null(kind).as_(name, quoted=True) for name, kind in kinds.items()]).where(
        exp.false(), copy=False
    )


def shape(setting: Setting) -> list[str]:
    """Return the columns that a customer table for this setting has."""
    return [*customer_columns(setting), *result_columns(setting)]
