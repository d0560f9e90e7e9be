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
from zhike.engine.stages.bands import passed_classes, passed_scores
from zhike.engine.stages.customer_state import customer_state, filled, state_columns, summed_days
from zhike.engine.stages.gains import NEW, arriving, beyond_adding, gains, new_state, turned_days, with_arriving
from zhike.engine.stages.judged import (
    OLD,
    attributes_read,
    changed_only,
    class_columns,
    judged,
    kept_classes,
    result_columns,
    scored,
)
from zhike.engine.stages.needed import kept_parts
from zhike.engine.stages.profiles import with_profiles
from zhike.engine.stages.scores import CutPoints, find_cut_points, settled_points
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.manifest import Manifest
from zhike.engine.work import ATTRIBUTE_COLUMNS, METRICS, Meta, Work


def begin_touching(work: Work) -> None:
    """Make the tables `touched`, customers to be summed anew, `changed`, those with another profile, and `newcomer`."""
    for name in ("touched", "changed", "newcomer"):
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
        sql.insert(
            "newcomer",
            sql.query("SELECT customer_id FROM profile WHERE NOT customer_id IN (SELECT customer_id FROM person)"),
        )
    )
    work.run(sql.update_from("person", "profile", ATTRIBUTE_COLUMNS, key="customer_id"))
    shown: list[exp.Expr] = [sql.column(name) for name in ("customer_id", *ATTRIBUTE_COLUMNS)]
    shown += [filled_empty(name, kind) for name, kind in state_columns(setting).items()]
    shown += [sql.null(kind).as_(name, quoted=True) for name, kind in kept_classes(setting).items()]
    people = exp.select(*shown).from_(sql.table("profile"), copy=False)
    work.run(
        sql.insert("person", people.where(sql.tree("customer_id IN (SELECT customer_id FROM newcomer)"), copy=False))
    )
    work.run(sql.insert("touched", sql.query("SELECT customer_id FROM newcomer")))
    work.run(sql.insert("changed", sql.query("SELECT customer_id FROM profile")))
    note(work, 0, sql.query("SELECT customer_id FROM newcomer"), generation)
    work.run(sql.drop_table("profile"))


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
    """Make `arriving`: what becomes of the state of touched customers and those who gain days, or have other profiles.

    Notes those whose metrics may have changed. The table `person` still has the old state.
    """
    columns = state_columns(setting)
    work.run(sql.create_table("chosen", sql.query("SELECT DISTINCT customer_id FROM touched"), temporary=True))
    summed = customer_state(summed_days(foreign=foreign, only="chosen"), setting)
    work.run(sql.create_table("summed", summed, temporary=True))
    rows = exp.select(sql.column("customer_id"), exp.true(), *[filled(one, columns[one], "summed") for one in columns])
    rows = rows.from_(sql.table("chosen"), copy=False).join(
        sql.table("summed"), using=["customer_id"], join_type="left", copy=False
    )
    work.run(sql.create_table("arriving", arriving(setting), temporary=True))
    work.run(sql.insert("arriving", rows))
    work.run(sql.insert("arriving", gains(setting, but="chosen")))
    note(work, 0, sql.query("SELECT customer_id FROM arriving"), generation)
    nothing = [filled_empty(name, kind) for name, kind in columns.items()]
    of_profiles = sql.query(
        "SELECT customer_id, FALSE FROM changed WHERE NOT customer_id IN (SELECT customer_id FROM arriving)"
    )
    work.run(sql.insert("arriving", of_profiles.select(*nothing, copy=False)))
    for name in ("touched", "turned", "chosen", "summed", "changed"):
        work.run(sql.drop_table(name))


def make_fresh(work: Work, setting: Setting, before: CutPoints | None) -> None:
    """Make `fresh`: everyone in `arriving` with the new state, the attributes that judging reads, and the old results.

    :param before: the present cut points, where the setting is the present one: then the old results are worked out for
        these customers only. None: the view `customer` knows them.
    """
    state, results, attributes = state_columns(setting), list(result_columns(setting)), attributes_read(setting)
    kept = [*attributes, *(kept_classes(setting) if before else results)]
    rows = with_arriving("person" if before else "customer", state, kept)
    work.run(sql.create_table("joined", rows, temporary=True))  # full vectors: cheap to work from
    source: exp.Expr = sql.table("joined")
    if before:
        given = ["customer_id", "anew", *(NEW + name for name in state), *state, *kept]
        source = sql.aside(scored(source, given, setting, before), "joined")
    shown = exp.select(sql.column("customer_id"), *new_state(state), *map(sql.column, [*attributes, *results]))
    work.run(sql.create_table("fresh", shown.from_(source, copy=False), temporary=True))
    if work.count(sql.query("SELECT COUNT(*) FROM newcomer")):  # what follows from an empty state was never told
        update = sql.update_from("fresh", "newcomer", [], key="customer_id")
        update.set("expressions", [exp.EQ(this=sql.column(name), expression=exp.Null()) for name in results])
        work.run(update)
    for name in ("arriving", "newcomer", "joined"):
        work.run(sql.drop_table(name))


def refresh_results(
    work: Work, setting: Setting, generation: int, kept: CutPoints | None, *, narrow: bool
) -> CutPoints:
    """Bring the new states into `person`, judge by the new cut points, keep what changed; return the points.

    :param kept: the cut points until now. :param narrow: neither day nor schemes are others than before: only customers
        with another state can turn, and those with a value that a cut point has passed. Otherwise everybody is judged.
    """
    before = kept if narrow else None
    make_fresh(work, setting, before)
    work.run(sql.update_from("person", "fresh", list(state_columns(setting)), key="customer_id"))
    points = settled_points(setting, kept) if narrow else None
    if points is None:
        points = find_cut_points(work.fetch, setting, "person", kept)
        points = with_profiles(work.run, setting, sql.table("person"), points, kept)
    _find_moved(work, setting, before, points, generation)
    for spec in setting.schemes:
        note(work, spec.id, _moved_rows([class_column(spec.id)]), generation)
    _keep_classes(work, setting)
    for name in ("moved", "fresh"):
        work.run(sql.drop_table(name))
    if points != before:  # else the view is the same
        show_customers(work, setting, points)
    return points


def _find_moved(work: Work, setting: Setting, before: CutPoints | None, points: CutPoints, generation: int) -> None:
    """Make `moved`: who is in another class now, old classes and new. Notes whose published scores are others."""
    scores = passed_scores(setting, before, points) if before else None
    whom = passed_classes(setting, before, points) if before else None
    narrow = scores is not None and whom is not None
    names = list(class_columns(setting) if narrow else result_columns(setting))
    work.run(sql.create_table("moved", _turned(sql.table("fresh"), setting, points, names), temporary=True))
    others = sql.query("SELECT * FROM customer WHERE NOT customer_id IN (SELECT customer_id FROM fresh)")
    if before is None or scores is None or whom is None:
        work.run(sql.insert("moved", _turned(sql.aside(others, "others"), setting, points, names)))
        note(work, 0, _moved_rows(name for name in METRICS if name.startswith("rfm_")), generation)
        return
    if whom != exp.false():
        given = ["customer_id", *attributes_read(setting), *state_columns(setting), *kept_classes(setting)]
        passed = exp.select(*map(sql.column, given)).from_(sql.table("person"), copy=False)
        passed = passed.where(whom, sql.tree("NOT customer_id IN (SELECT customer_id FROM fresh)"), copy=False)
        work.run(sql.create_table("passed", passed, temporary=True))
        source = sql.aside(scored(sql.table("passed"), given, setting, before), "others")
        work.run(sql.insert("moved", _turned(source, setting, points, names)))
        work.run(sql.drop_table("passed"))
    if scores != exp.false():
        note(work, 0, sql.query("SELECT customer_id FROM person").where(scores, copy=False), generation)


def _turned(source: exp.Expr, setting: Setting, points: CutPoints, names: list[str]) -> exp.Select:
    """Return those in `source` whose results of these names come out otherwise than they are there, new and old."""
    columns = ["customer_id", *attributes_read(setting), *state_columns(setting)]
    return changed_only(judged(source, columns, setting, points, keep_old=True, parts=kept_parts(setting)), names)


def _keep_classes(work: Work, setting: Setting) -> None:
    """Bring the classes that are stored from `moved` into `person`."""
    if classes := list(kept_classes(setting)):
        turned = sql.query("SELECT * FROM moved").where(exp.or_(*map(_is_another, classes), copy=False), copy=False)
        work.run(sql.create_table("turning", turned, temporary=True))
        work.run(sql.update_from("person", "turning", classes, key="customer_id"))
        work.run(sql.drop_table("turning"))


def _moved_rows(columns: Iterable[str]) -> exp.Select:
    return sql.query("SELECT customer_id FROM moved").where(exp.or_(*map(_is_another, columns)), copy=False)


def _is_another(column: str) -> exp.Expr:
    return exp.NullSafeNEQ(this=sql.column(column), expression=sql.column(OLD + column))


def note(work: Work, scheme_id: int, customers: exp.Select, generation: int) -> None:
    """Add customers to `pending`; telling twice is harmless, the reader takes each once."""
    rows = customers.select(sql.integer(scheme_id), sql.integer(generation), copy=False)
    work.run(sql.insert("pending", rows))
