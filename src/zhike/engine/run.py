"""One run of the engine: mirror, then the cheapest computation that gives the same rows as a full one."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.building import (
    add_days,
    build_customers,
    build_days,
    empty_pending,
    note_differences,
    note_everything,
    profiles,
    shape,
)
from zhike.engine.preview import open_current
from zhike.engine.refreshing import (
    begin_touching,
    refresh_days,
    refresh_profiles,
    refresh_results,
    sum_state,
    touch_by_time,
)
from zhike.engine.result import Result, count_classes, count_pending, find_unmatched, published_generation
from zhike.engine.schemes import SchemeSpec
from zhike.engine.stages.gains import recent_from
from zhike.engine.stages.needed import make_needed
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting, make_setting
from zhike.engine.store.manifest import Manifest
from zhike.engine.store.mirror import refresh_mirror
from zhike.engine.store.store import Store
from zhike.engine.work import Meta, Work

MOST_DAYS_MOVED = 60  # beyond that, summing everybody anew is cheaper than finding whom the move touches
FEW_LINES = 500_000  # for a refresh of so many new ones a second thread costs more than it saves


@dataclass(frozen=True, slots=True)
class _Base:
    """The working file of the last run, while a new one is made from it."""

    path: Path
    meta: Meta
    columns: list[str]

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.meta.setting["as_of"])

    @property
    def until(self) -> date:
        return date.fromisoformat(self.meta.setting["until"])


def classify(
    store: Store,
    *,
    as_of: date,
    zone: str,
    currency: str,
    schemes: Sequence[SchemeSpec],
    today_counts: bool = False,
    at: datetime | None = None,
    full: bool = False,
    copy_anew: bool = False,
) -> Result:
    """Mirror what is new in PostgreSQL and judge every customer as of the day `as_of`, facts of local days before it.

    Equal to a full run, row by row. Killed at any point it leaves the last result standing. Close the result after use.

    :param zone: the organisation's time zone, by which days are cut. :param currency: the organisation's.
    :param today_counts: facts of the day `as_of` itself count too, for a judgement of now; `at` is now, where windows
        of hours end.
    :param full: compute all anew from the mirror. :param copy_anew: copy all of PostgreSQL again too.
    :raises SchemeWrong, SchemeCircle: if a scheme cannot be computed; nothing was changed then.
    """
    started = time.perf_counter()
    setting = make_setting(as_of=as_of, zone=zone, currency=currency, schemes=schemes, today_counts=today_counts, at=at)
    with store.lock():
        mark = store.stale_mark()
        mirrored = refresh_mirror(store.folder, store.database_url, anew=copy_anew or bool(mark))
        how = compute(store, mirrored.manifest, setting, full=full or mirrored.anew)
        store.clear_stale(mark)
        work = open_current(store)
    return _result(store, work, setting, how, started)


def compute(store: Store, manifest: Manifest, setting: Setting, *, full: bool = False) -> str:
    """Bring the working file to what the mirror holds, in the cheapest way; return it: `Result.how` has the words.

    The caller holds the store's lock.
    """
    base = _find_base(store)
    how = "full" if full else _cheapest(base, manifest, setting)
    if how != "unchanged":
        _make(store, manifest, setting, base, how)
    return how


def _find_base(store: Store) -> _Base | None:
    path = store.current()
    store.sweep(path)
    if path is None:
        return None
    if labelled := _labelled(store, path):
        return labelled
    try:
        work = Work.open(path, read_only=True)
    except duckdb.Error:
        return None
    try:
        meta = work.meta(of_any_version=True)
        return _Base(path, meta, work.columns("customer")) if meta else None
    finally:
        work.close()


def _labelled(store: Store, path: Path) -> _Base | None:
    """Return what the label of a working file says of it, None where it has none or is not the file that was kept."""
    try:
        held = json.loads(store.label_of(path))
        base = _Base(path, Meta(**held["meta"]), held["columns"])
        return base if held["size"] == path.stat().st_size else None
    except (ValueError, KeyError, TypeError):
        return None


def _label(path: Path, meta: Meta, setting: Setting) -> str:
    return json.dumps({"meta": asdict(meta), "columns": shape(setting), "size": path.stat().st_size})


def _cheapest(base: _Base | None, manifest: Manifest, setting: Setting) -> str:
    """Return the least that must be done: "unchanged", "refreshed", "rebuilt" or "full"."""
    wanted = setting.to_json()
    if base is None or base.meta.epoch != manifest.epoch:
        return "full"
    held = base.meta.setting
    if any(held[name] != wanted[name] for name in ("version", "zone", "currency")):
        return "full"
    moved = abs((setting.as_of - base.as_of).days)
    if set(base.columns) != set(shape(setting)) or moved > MOST_DAYS_MOVED or _windows(held) != _windows(wanted):
        return "rebuilt"
    files = (*manifest.facts, *manifest.customers)
    same = held == wanted and not setting.needs and not any(one.hi > base.meta.watermark for one in files)
    return "unchanged" if same else "refreshed"


def _windows(setting: object) -> list[object]:
    assert isinstance(setting, dict)
    return [(one["kind"], one["parameters"].get("window_days")) for one in setting["schemes"]]


def _make(store: Store, manifest: Manifest, setting: Setting, base: _Base | None, how: str) -> None:
    """Write a new working file and make it the current one."""
    published = published_generation(store.folder, manifest.identity)
    path = store.new_work_path()
    if base is not None and how != "full":
        shutil.copyfile(base.path, path)
    generation = max(base.meta.generation if base else 0, published) + 1
    work = Work.open(path)
    try:
        making = _Making(work, store.folder, manifest, setting, generation, published)
        if base is None or how != "refreshed" or not making.is_narrow(base):
            make_needed(work, store.folder, manifest, setting, store.database_url)
        if base is None or how == "full":
            points, foreign = making.all_anew(base)
        elif how == "rebuilt":
            points, foreign = making.from_days(base)
        else:
            points, foreign = making.refreshed(base)
        held = (manifest.identity, manifest.epoch, manifest.watermark, generation)
        meta = Meta(*held, setting.to_json(), points.to_json(), foreign)
        work.write_meta(meta)
        if how == "refreshed":
            work.command("SET force_compression = 'uncompressed'")  # a third of the time, until the next full run
            work.command("COMMIT")
        work.command("CHECKPOINT")
    finally:
        work.close()
    store.keep_work(path, generation, _label(path, meta, setting))


@dataclass(frozen=True, slots=True)
class _Making:
    """A new working file under way. Each way of making it returns its cut points and whether there are foreign days."""

    work: Work
    folder: Path
    manifest: Manifest
    setting: Setting
    generation: int
    published: int

    def all_anew(self, base: _Base | None) -> tuple[CutPoints, bool]:
        work, setting = self.work, self.setting
        recent = recent_from(setting)  # refreshes look these days up: together they are read without the others
        foreign = build_days(work, self.folder, self.manifest, setting, before=recent)
        add_days(work, self.folder, self.manifest, setting, since=recent)
        people = profiles(work, self.folder, self.manifest, setting)
        points = build_customers(work, people, setting, clean=True, foreign=foreign, kept=self.kept_points(base))
        work.run(sql.create_table("pending", empty_pending()))
        if base is None or base.meta.identity != self.manifest.identity:
            note_everything(work, setting, self.generation)
            return points, foreign
        work.command(f"ATTACH {sql.emit(sql.text(str(base.path)))} AS earlier (READ_ONLY)")
        untold = exp.select("*").from_(sql.table("pending", "earlier"))
        untold = untold.where(sql.tree("generation > :done", done=sql.integer(self.published)))
        work.run(sql.insert("pending", untold))
        note_differences(work, setting, sql.table("customer", "earlier"), base.columns, self.generation)
        work.command("DETACH earlier")
        return points, foreign

    def from_days(self, base: _Base) -> tuple[CutPoints, bool]:
        work, setting = self.work, self.setting
        begin_touching(work)
        foreign = refresh_days(work, self.folder, self.manifest, setting, base.meta)
        people = profiles(work, self.folder, self.manifest, setting)
        work.run(sql.create_table("earlier", sql.query("SELECT * FROM customer")))
        work.run(sql.drop_table("person"))
        points = build_customers(work, people, setting, clean=False, foreign=foreign, kept=self.kept_points(base))
        self.forget_published()
        note_differences(work, setting, sql.table("earlier"), base.columns, self.generation)
        for name in ("earlier", "touched", "changed", "newcomer", "turned"):
            work.run(sql.drop_table(name))
        return points, foreign

    def refreshed(self, base: _Base) -> tuple[CutPoints, bool]:
        work, setting = self.work, self.setting
        narrow = self.is_narrow(base)
        if narrow and self.new_lines(base) <= FEW_LINES:
            work.command("SET threads = 1")
        work.command("BEGIN")
        self.forget_published()
        begin_touching(work)
        refresh_profiles(work, self.folder, self.manifest, setting, base.meta, self.generation)
        if (base.as_of, base.until) != (setting.as_of, setting.until):
            touch_by_time(work, setting, base.as_of, base.until)
        foreign = refresh_days(work, self.folder, self.manifest, setting, base.meta)
        sum_state(work, setting, self.generation, foreign=foreign)
        points = refresh_results(work, setting, self.generation, self.kept_points(base), narrow=narrow)
        return points, foreign

    def is_narrow(self, base: _Base) -> bool:
        """Whether day and schemes are those of the last run, and no rule asks for more than a customer's columns."""
        return base.meta.setting == self.setting.to_json() and not self.setting.needs

    def new_lines(self, base: _Base) -> int:
        return sum(one.rows for one in self.manifest.facts if one.hi > base.meta.watermark)

    def kept_points(self, base: _Base | None) -> CutPoints | None:
        """Return the last run's cut points of schemes that have not changed since."""
        if base is None or base.meta.identity != self.manifest.identity:
            return None
        held = {one["id"]: one for one in base.meta.setting["schemes"]}
        same = {one["id"] for one in self.setting.to_json()["schemes"] if held.get(one["id"]) == one}
        return CutPoints.from_json(base.meta.cuts).only(same)

    def forget_published(self) -> None:
        done = sql.integer(self.published)
        self.work.run(sql.tree("DELETE FROM pending WHERE generation <= :done", done=done))


def _result(store: Store, work: Work, setting: Setting, how: str, started: float) -> Result:
    meta = work.meta()
    assert meta is not None
    done = published_generation(store.folder, meta.identity)
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
