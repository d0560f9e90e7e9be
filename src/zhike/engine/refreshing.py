"""Incremental computation: new facts into the days, touched customers into the state, then whose results moved.

A customer's state depends on their own days and on D only. New days are added to it where that is exact; it is summed
anew where a purchase day is unmade, for new customers, and for those with a day that D's move brings into or out of
"before D" or a window. Scores and classes are then judged for everybody in one pass over the columns; where neither the
day, nor a scheme, nor a cut point can be another, for the changed customers only.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.building import fact_day, profiles, show_customers
from zhike.engine.stages import cust_day as days
from zhike.engine.stages.customer_state import customer_state, filled, state_columns, summed_days
from zhike.engine.stages.gains import beyond_adding, gains, turned_days, with_gains
from zhike.engine.stages.judged import OLD, changed_only, class_columns, judged, result_columns
from zhike.engine.stages.needed import kept_parts
from zhike.engine.stages.profiles import with_profiles
from zhike.engine.stages.scores import CutPoints, find_cut_points, settled_points
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.manifest import Manifest
from zhike.engine.work import ATTRIBUTE_COLUMNS, METRICS, Meta, Work, customer_columns


def begin_touching(work: Work) -> None:
    """Make the tables `touched`, customers to be summed anew, and `changed`, those with another state or profile."""
    for name in ("touched", "changed"):
        nobody = sql.query("SELECT CAST(NULL AS BIGINT) AS customer_id WHERE FALSE")
        work.run(sql.create_table(name, nobody, temporary=True))


def refresh_days(work: Work, folder: Path, manifest: Manifest, setting: Setting, meta: Meta) -> bool:
    """Append the days of new facts; return whether there are days in foreign currencies.

    Leaves the customers to be summed anew in `touched`, and in `turned` the new days whose amounts can just be added.
    """
    paths = [str(folder / one.path) for one in manifest.facts if one.hi > meta.watermark]
    mixed = any(one != setting.currency for one in manifest.currencies)
    day, currency, since = fact_day(manifest, setting), setting.currency, meta.watermark
    fresh = days.no_days(foreign=False)
    if paths:
        fresh = days.cust_day(paths, day=day, currency=currency, mixed=mixed, since=since)
    work.run(sql.create_table("fresh_day", fresh, temporary=True))
    if mixed:
        work.run(sql.insert("touched", sql.query("SELECT DISTINCT customer_id FROM fresh_day")))
    if mixed and paths:
        other = days.foreign_day(paths, day=day, currency=currency, since=since)
        work.run(sql.create_table("fresh_foreign", other, temporary=True))
        work.run(sql.insert("foreign_day", sql.query("SELECT * FROM fresh_foreign")))
        work.run(sql.insert("touched", sql.query("SELECT DISTINCT customer_id FROM fresh_foreign")))
        work.run(sql.drop_table("fresh_foreign"))
    work.run(sql.create_table("turned", turned_days(setting), temporary=True))
    for rows in beyond_adding(setting):
        work.run(sql.insert("touched", rows))
    work.run(sql.insert("cust_day", sql.query("SELECT * FROM fresh_day")))
    work.run(sql.drop_table("fresh_day"))
    return mixed


def refresh_profiles(
    work: Work, folder: Path, manifest: Manifest, setting: Setting, meta: Meta, generation: int
) -> None:
    """Bring changed attributes and new customers into `customer`; the new ones are touched, and noted as changed."""
    if not any(one.hi > meta.watermark for one in manifest.customers):
        return
    arrived = profiles(work, folder, manifest, setting, since=meta.watermark)
    work.run(sql.create_table("profile", arrived, temporary=True))
    work.run(
        sql.create_table(
            "newcomer",
            sql.query("SELECT * FROM profile WHERE NOT customer_id IN (SELECT customer_id FROM customer)"),
            temporary=True,
        )
    )
    work.run(sql.update_from("person", "profile", ATTRIBUTE_COLUMNS, key="customer_id"))
    shown: list[exp.Expr] = [sql.column(name) for name in ("customer_id", *ATTRIBUTE_COLUMNS)]
    shown += [filled_empty(name, kind) for name, kind in state_columns(setting).items()]
    shown += [sql.null(kind).as_(name, quoted=True) for name, kind in class_columns(setting).items()]
    work.run(sql.insert("person", exp.select(*shown).from_(sql.table("newcomer"), copy=False)))
    work.run(sql.insert("touched", sql.query("SELECT customer_id FROM newcomer")))
    work.run(sql.insert("changed", sql.query("SELECT customer_id FROM profile")))
    note(work, 0, sql.query("SELECT customer_id FROM newcomer"), generation)
    for name in ("profile", "newcomer"):
        work.run(sql.drop_table(name))


def filled_empty(name: str, kind: str) -> exp.Expr:
    empty = exp.Null() if kind == "DATE" else sql.integer(0)
    return exp.cast(empty, kind).as_(name, quoted=True)


def touch_by_time(work: Work, setting: Setting, before: date, until: date) -> None:
    """Add to `touched` those with a day that came to count or no longer does.

    Such a day lies between the old end (`until`) and the new one, or between the old start of a window and the new one;
    `before` is the old D.
    """
    ends = [(until, setting.until)]
    ends += [(before - timedelta(days=back), setting.as_of - timedelta(days=back)) for back in setting.windows]
    bands = []
    for low, high in map(sorted, ends):
        bands.append(sql.tree("day >= :low AND day < :high", low=sql.day(low), high=sql.day(high)))
    for table in ("cust_day", "foreign_day"):
        rows = exp.select(sql.column("customer_id")).distinct().from_(sql.table(table), copy=False)
        work.run(sql.insert("touched", rows.where(exp.or_(*bands), copy=False)))


def sum_state(work: Work, setting: Setting, generation: int, *, foreign: bool) -> None:
    """Make `fresh`: the new state of everyone in `changed`. Touched customers are summed anew, others gain new days.

    Notes those whose metrics may have changed. The table `customer` still has the old state.
    """
    columns = state_columns(setting)
    work.run(sql.create_table("chosen", sql.query("SELECT DISTINCT customer_id FROM touched"), temporary=True))
    summed = customer_state(summed_days(foreign=foreign, only="chosen"), setting)
    work.run(sql.create_table("summed", summed, temporary=True))
    rows = exp.select(sql.column("customer_id"), *[filled(name, kind, "summed") for name, kind in columns.items()])
    rows = rows.from_(sql.table("chosen"), copy=False).join(
        sql.table("summed"), using=["customer_id"], join_type="left", copy=False
    )
    work.run(sql.create_table("fresh", rows, temporary=True))
    work.run(sql.create_table("gained", gains(setting, but="chosen"), temporary=True))
    work.run(sql.insert("fresh", with_gains(columns)))
    note(work, 0, sql.query("SELECT customer_id FROM fresh"), generation)
    same = exp.select(*map(sql.column, ("customer_id", *columns))).from_(sql.table("customer"), copy=False)
    of_profiles = (
        "customer_id IN (SELECT customer_id FROM changed) AND NOT customer_id IN (SELECT customer_id FROM fresh)"
    )
    work.run(sql.insert("fresh", same.where(sql.tree(of_profiles), copy=False)))
    for name in ("touched", "turned", "chosen", "summed", "gained", "changed"):
        work.run(sql.drop_table(name))


def refresh_results(
    work: Work, setting: Setting, generation: int, kept: CutPoints | None, *, narrow: bool
) -> CutPoints:
    """Bring the state of `fresh` into `person`, judge by the new cut points, keep what changed; return the points.

    :param narrow: neither day nor schemes are others than before: unless a cut point may move, only customers in
        `fresh` can turn. Otherwise everybody is judged.
    """
    state, classes, parts = list(state_columns(setting)), list(class_columns(setting)), kept_parts(setting)
    points = settled_points(setting, kept) if narrow else None
    if points is not None:  # no state moves a cut point: state and classes are written in one go, at half the cost
        rows = judged(_with_fresh(setting), customer_columns(setting), setting, points, keep_old=True, parts=parts)
        names = [*result_columns(setting), *(OLD + name for name in result_columns(setting))]
        rows = exp.select(*map(sql.column, ["customer_id", *state, *names])).from_(sql.aside(rows, "inner"), copy=False)
        work.run(sql.create_table("moved", rows, temporary=True))
        work.run(sql.update_from("person", "moved", [*state, *classes], key="customer_id"))
    else:
        work.run(sql.update_from("person", "fresh", state, key="customer_id"))
        points = find_cut_points(work.fetch, setting, "person", kept)
        points = with_profiles(work.run, setting, sql.table("person"), points, kept)
        rows = judged(sql.table("customer"), customer_columns(setting), setting, points, keep_old=True, parts=parts)
        work.run(sql.create_table("moved", changed_only(rows, setting), temporary=True))
        turned = sql.query("SELECT * FROM moved").where(exp.or_(*map(_is_another, classes), copy=False), copy=False)
        work.run(sql.create_table("turning", turned, temporary=True))
        work.run(sql.update_from("person", "turning", classes, key="customer_id"))
        work.run(sql.drop_table("turning"))
    note(work, 0, _moved_rows(name for name in METRICS if name.startswith("rfm_")), generation)
    for spec in setting.schemes:
        note(work, spec.id, _moved_rows([class_column(spec.id)]), generation)
    for name in ("moved", "fresh"):
        work.run(sql.drop_table(name))
    show_customers(work, setting, points)
    return points


def _with_fresh(setting: Setting) -> exp.Expr:
    """Return the rows of `customer` that `fresh` has, with the state from there."""
    shown = [sql.column("customer_id", "f")]
    shown += [sql.column(name, "c") for name in (*ATTRIBUTE_COLUMNS, *result_columns(setting))]
    shown += [sql.column(name, "f") for name in state_columns(setting)]
    rows = exp.select(*shown).from_("fresh AS f", copy=False)
    return sql.aside(rows.join("customer AS c", using=["customer_id"], copy=False), "concerned")


def _moved_rows(columns: Iterable[str]) -> exp.Select:
    return sql.query("SELECT customer_id FROM moved").where(exp.or_(*map(_is_another, columns)), copy=False)


def _is_another(column: str) -> exp.Expr:
    return exp.NullSafeNEQ(this=sql.column(column), expression=sql.column(OLD + column))


def note(work: Work, scheme_id: int, customers: exp.Select, generation: int) -> None:
    """Add customers to `pending`; telling twice is harmless, the reader takes each once."""
    rows = customers.select(sql.integer(scheme_id), sql.integer(generation), copy=False)
    work.run(sql.insert("pending", rows))
