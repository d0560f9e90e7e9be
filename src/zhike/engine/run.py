"""One run of the engine: mirror, then the cheapest computation that gives the same rows as a full one."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.building import build_customers, build_days, empty_pending, load_profiles, note_all_changes, shape
from zhike.engine.refreshing import refresh_days, refresh_profiles, refresh_results, refresh_state, touch_by_time
from zhike.engine.result import Result, count_classes, count_pending, find_unmatched, published_generation
from zhike.engine.schemes import SchemeSpec
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting, make_setting
from zhike.engine.store.manifest import Manifest
from zhike.engine.store.mirror import refresh_mirror
from zhike.engine.store.store import Store
from zhike.engine.work import Meta, Work

MOST_DAYS_MOVED = 60  # beyond that, summing everybody anew is cheaper than finding whom the move touches


@dataclass(frozen=True, slots=True)
class _Base:
    """The working file of the last run, while a new one is made from it."""

    path: Path
    meta: Meta
    columns: list[str]


def classify(
    store: Store,
    *,
    as_of: date,
    zone: str,
    currency: str,
    schemes: Sequence[SchemeSpec],
    full: bool = False,
    copy_anew: bool = False,
) -> Result:
    """Mirror what is new in PostgreSQL and judge every customer as of the day `as_of`, facts of local days before it.

    Equal to a full run, row by row. Killed at any point it leaves the last result standing. Close the result after use.

    :param zone: the organisation's time zone, by which days are cut. :param currency: the organisation's.
    :param full: compute all anew from the mirror. :param copy_anew: copy all of PostgreSQL again too.
    :raises SchemeWrong, SchemeCircle: if a scheme cannot be computed; nothing was changed then.
    """
    started = time.perf_counter()
    setting = make_setting(as_of=as_of, zone=zone, currency=currency, schemes=schemes)
    with store.lock():
        mark = store.stale_mark()
        mirrored = refresh_mirror(store.folder, store.database_url, anew=copy_anew or bool(mark))
        base = _find_base(store)
        how = "full" if full or mirrored.anew else _cheapest(base, mirrored.manifest, setting)
        done = published_generation(store.folder, mirrored.manifest.identity)
        if how != "unchanged":
            _make(store, mirrored.manifest, setting, base, how, done)
        store.clear_stale(mark)
        work = Work.open(store.working_file(), read_only=True)
    return _result(store, work, setting, how, started, done)


def _find_base(store: Store) -> _Base | None:
    path = store.current()
    store.sweep(path)
    if path is None:
        return None
    try:
        work = Work.open(path, read_only=True)
    except duckdb.Error:
        return None
    try:
        meta = work.meta()
        return _Base(path, meta, work.columns("customer")) if meta else None
    finally:
        work.close()


def _cheapest(base: _Base | None, manifest: Manifest, setting: Setting) -> str:
    """Return the least that must be done: "unchanged", "refreshed", "rebuilt" or "full"."""
    wanted = setting.to_json()
    if base is None or base.meta.epoch != manifest.epoch:
        return "full"
    held = base.meta.setting
    if any(held[name] != wanted[name] for name in ("version", "zone", "currency")):
        return "full"
    moved = abs((setting.as_of - date.fromisoformat(held["as_of"])).days)
    if base.columns != shape(setting) or moved > MOST_DAYS_MOVED or _windows(held) != _windows(wanted):
        return "rebuilt"
    files = (*manifest.facts, *manifest.customers)
    same = held == wanted and not any(one.hi > base.meta.watermark for one in files)
    return "unchanged" if same else "refreshed"


def _windows(setting: object) -> list[object]:
    assert isinstance(setting, dict)
    return [(one["kind"], one["parameters"].get("window_days")) for one in setting["schemes"]]


def _make(store: Store, manifest: Manifest, setting: Setting, base: _Base | None, how: str, published: int) -> None:
    """Write a new working file and make it the current one."""
    path = store.new_work_path()
    if base is not None and how != "full":
        shutil.copyfile(base.path, path)
    generation = max(base.meta.generation if base else 0, published) + 1
    work = Work.open(path)
    try:
        if base is None or how == "full":
            points, foreign = _build_all(work, store, manifest, setting, base, generation, published)
        elif how == "rebuilt":
            points, foreign = _build_from_days(work, store, manifest, setting, base, generation, published)
        else:
            points, foreign = _refresh(work, store, manifest, setting, base, generation, published)
        work.write_meta(
            Meta(
                manifest.identity, manifest.epoch, manifest.watermark, generation,
                setting.to_json(), points.to_json(), foreign,
            )
        )  # fmt: skip
        work.connection.execute("CHECKPOINT")
    finally:
        work.close()
    store.keep_work(path, generation)


def _build_all(
    work: Work, store: Store, manifest: Manifest, setting: Setting, base: _Base | None, generation: int, published: int
) -> tuple[CutPoints, bool]:
    foreign = build_days(work, store.folder, manifest, setting)
    load_profiles(work, store.folder, manifest, setting)
    points = build_customers(work, setting, clean=True, foreign=foreign, kept=None)
    work.run(sql.create_table("pending", empty_pending()))
    same_database = base is not None and base.meta.identity == manifest.identity
    if base is None or not same_database:
        note_all_changes(work, setting, None, [], generation)
        return points, foreign
    work.connection.execute(f"ATTACH {exp.Literal.string(str(base.path)).sql('duckdb')} AS earlier (READ_ONLY)")
    work.run(sql.insert("pending", _unpublished("pending", "earlier", published)))
    note_all_changes(work, setting, sql.table("customer", "earlier"), base.columns, generation)
    work.connection.execute("DETACH earlier")
    return points, foreign


def _build_from_days(
    work: Work, store: Store, manifest: Manifest, setting: Setting, base: _Base, generation: int, published: int
) -> tuple[CutPoints, bool]:
    foreign = refresh_days(work, store.folder, manifest, setting, base.meta)
    load_profiles(work, store.folder, manifest, setting)
    work.connection.execute('ALTER TABLE "customer" RENAME TO "earlier"')
    kept = CutPoints.from_json(base.meta.cuts)
    points = build_customers(work, setting, clean=False, foreign=foreign, kept=kept)
    _forget_published(work, published)
    note_all_changes(work, setting, sql.table("earlier"), base.columns, generation)
    for name in ("earlier", "touched"):
        work.run(sql.drop_table(name))
    return points, foreign


def _refresh(
    work: Work, store: Store, manifest: Manifest, setting: Setting, base: _Base, generation: int, published: int
) -> tuple[CutPoints, bool]:
    _forget_published(work, published)
    foreign = refresh_days(work, store.folder, manifest, setting, base.meta)
    refresh_profiles(work, store.folder, manifest, setting, base.meta)
    before = date.fromisoformat(base.meta.setting["as_of"])
    if before != setting.as_of:
        touch_by_time(work, setting, before)
    refresh_state(work, setting, generation, foreign=foreign)
    points = refresh_results(work, setting, generation, CutPoints.from_json(base.meta.cuts))
    return points, foreign


def _forget_published(work: Work, published: int) -> None:
    work.run(sql.tree("DELETE FROM pending WHERE generation <= :done", done=sql.integer(published)))


def _unpublished(table: str, database: str, published: int) -> exp.Select:
    rows = exp.select("*").from_(sql.table(table, database))
    return rows.where(sql.tree("generation > :done", done=sql.integer(published)))


def _result(store: Store, work: Work, setting: Setting, how: str, started: float, done: int) -> Result:
    meta = work.meta()
    assert meta is not None
    return Result(
        store=store,
        work=work,
        setting=setting,
        points=CutPoints.from_json(meta.cuts),
        generation=meta.generation,
        identity=meta.identity,
        how=how,
        seconds=time.perf_counter() - started,
        customers=work.count(sql.query("SELECT COUNT(*) FROM customer")),
        counts=count_classes(work, setting),
        unmatched=find_unmatched(work, setting),
        changed_metrics=count_pending(work, done, metrics=True),
        changed_classes=count_pending(work, done, metrics=False),
        told=done,
    )
