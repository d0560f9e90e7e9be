"""Counts while a rule is being written: every leaf by itself as a bitmap over all customers, kept and combined.

An edit changes one leaf, so one leaf is computed. Bitmaps belong to a working file and a mirror: after a run there are
others. One read-only connection per process; a run never waits for it, as a working file is never changed.
"""

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.errors import NothingComputed
from zhike.engine.held_sets import BITS, tally, word_names
from zhike.engine.ledger.current import CurrentFacts
from zhike.engine.preview import Preview, make_known, open_current, setting_on
from zhike.engine.rules.ast import AllOf, AnyOf, Bucket, Condition, Did, Leaf, NotOf, Rule, Sequence
from zhike.engine.rules.check import refuse_wrong_rule
from zhike.engine.rules.compile import compile_rule, draw_of
from zhike.engine.rules.conditions import drawn_between
from zhike.engine.rules.document import rule_key
from zhike.engine.rules.formula_marks import formulas_asked
from zhike.engine.rules.formula_sql import formula_value
from zhike.engine.rules.measures import Part, join_parts
from zhike.engine.rules.needs import Needs, bare, find_needs
from zhike.engine.rules.sources import mirror_parts, part_shapes
from zhike.engine.rules.traits import Trait, Traits, asks_revenue, traits
from zhike.engine.rules.windows import Moment
from zhike.engine.schemes import SchemeSpec, check_scheme
from zhike.engine.stages.needed import bring_small_tables
from zhike.engine.stages.scores import find_revenue
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.store.manifest import Manifest
from zhike.engine.store.store import Store

type Bits = npt.NDArray[np.bool_]

MOST_BITMAPS = 128
MOST_TABLES = 32
RECORD_SECONDS = 30.0  # how old an answer may be that follows PostgreSQL's record (products, classes by hand) or hours


@dataclass(frozen=True, slots=True)
class Counted:
    """How many customers meet a rule, the first few of them by id, and how long it took."""

    count: int
    sample: tuple[int, ...]
    as_of: date
    seconds: float


def count_rule(
    store: Store,
    rule: Rule,
    *,
    as_of: date | None = None,
    sample: int = 5,
    chosen: Callable[[list[int]], list[int]] | None = None,
) -> Counted:
    """Return how many customers meet a rule as the last run left them. Changes nothing.

    :param as_of: the day of judgement, by default the last run's. :param chosen: gets ids of members in batches and
        answers those that may be in the sample; None: all.
    :raises RuleWrong: if the rule cannot be computed. :raises NothingComputed: before the first run.
    """
    started = time.perf_counter()
    refuse_wrong_rule(rule, traits)
    with _LOCK:
        counting = _counting(store)
        met = counting.bits(rule, as_of or counting.day)
        ids = counting.ids[met]
    return Counted(len(ids), tuple(_sampled(ids, sample, chosen)), as_of or counting.day, time.perf_counter() - started)


def list_counted(store: Store, rule: Rule, *, as_of: date | None = None) -> list[int]:
    """Return the ids of all who meet a rule, in order, from the same bitmaps as `count_rule`."""
    refuse_wrong_rule(rule, traits)
    with _LOCK:
        counting = _counting(store)
        found: list[int] = counting.ids[counting.bits(rule, as_of or counting.day)].tolist()
    return found


def preview_rules(store: Store, *, scheme: SchemeSpec, as_of: date | None = None) -> Preview:
    """Return what `preview` does for a scheme of rules, from the same bitmaps as `count_rule`.

    :raises NothingComputed: before the first run. :raises SchemeWrong, RuleWrong: if the scheme cannot be computed.
    """
    started = time.perf_counter()
    check_scheme(scheme)
    default = scheme.get("default")
    with _LOCK:
        counting = _counting(store)
        day = as_of or counting.day
        before = counting.held(scheme.id)
        after = np.full(len(before), (scheme.class_id(str(default)) if default else 0) or 0, dtype=np.int64)
        for one in reversed(scheme.classes):
            if one.rule is not None:
                after[counting.bits(one.rule, day)] = one.id
    numbers = sorted({0, *(one.id for one in scheme.classes), *np.unique(before).tolist()})
    places = np.searchsorted(numbers, before) * len(numbers) + np.searchsorted(numbers, after)
    counted = np.bincount(places, minlength=len(numbers) ** 2).reshape(len(numbers), -1)
    moves = {
        (numbers[one] or None, numbers[two] or None): int(counted[one, two])
        for one, two in zip(*np.nonzero(counted), strict=True)
    }
    counts = {one.id: int(counted[:, numbers.index(one.id)].sum()) for one in scheme.classes}
    return Preview(day, len(before), counts, moves, time.perf_counter() - started)


def preview_rule_sets(store: Store, *, schemes: Many[SchemeSpec], as_of: date | None = None) -> Preview:
    """Return what `preview_sets` does for classes by rules that overlap, from the same bitmaps as `count_rule`."""
    started = time.perf_counter()
    for spec in schemes:
        check_scheme(spec)
    with _LOCK:
        counting = _counting(store)
        day = as_of or counting.day
        before = [counting.held(spec.id) != 0 for spec in schemes]
        after = [counting.bits(AnyOf(tuple(spec.rules)), day) for spec in schemes]
        ones = np.ones(len(counting.ids), dtype=np.int64)
    rows = {**_words("before", before, len(ones)), **_words("after", after, len(ones))}
    classes = [one.id for spec in schemes for one in spec.classes]
    found = tally({**rows, "customers": ones, "revenue": np.zeros_like(ones)}, classes)
    moves = {(one.before, one.after): one.customers for one in found.changes}
    counts = {one: int(bits.sum()) for one, bits in zip(classes, after, strict=True)}
    return Preview(day, found.customers, counts, moves, time.perf_counter() - started, found)


def _words(side: str, held: Many[Bits], customers: int) -> dict[str, npt.NDArray[np.int64]]:
    """Return the numbers of a side as `held_sets` has them: a bit for each class."""
    found = {}
    for place, name in enumerate(word_names(side, len(held))):
        found[name] = np.zeros(customers, dtype=np.int64)
        for bit, one in enumerate(held[place * BITS : (place + 1) * BITS]):
            found[name] |= one.astype(np.int64) << bit
    return found


def _sampled(ids: npt.NDArray[np.int64], wanted: int, chosen: Callable[[list[int]], list[int]] | None) -> list[int]:
    found: list[int] = []
    for start in range(0, min(len(ids), 5000), 500):
        if len(found) >= wanted:
            break
        batch = ids[start : start + 500].tolist()
        found += chosen(batch) if chosen else batch
    return found[:wanted]


class _Counting:
    """One working file, opened to read, with the bitmaps of its leaves by (leaf, day, age of the record)."""

    def __init__(self, store: Store, path: Path, manifest: Manifest) -> None:
        self.store, self.path, self.manifest = store, path, manifest
        self.work = open_current(store)
        meta = self.work.meta()
        if meta is None:
            self.work.close()
            raise NothingComputed
        self.meta = meta
        self.day = date.fromisoformat(meta.setting["as_of"])
        self.judged = frozenset(int(one["id"]) for one in meta.setting["schemes"])
        self.columns = self.work.columns("customer")
        rows = self.work.fetch(sql.query("SELECT customer_id FROM customer ORDER BY customer_id"))
        self.ids = rows["customer_id"]
        self.kept: OrderedDict[tuple[str, date, int], Bits] = OrderedDict()
        self.tables: OrderedDict[str, None] = OrderedDict()
        self.facts = CurrentFacts(store, self.work, manifest, meta.setting["currency"])
        self.small: tuple[object, ...] = ()  # what was read from PostgreSQL last, and when
        self.draw: tuple[str, npt.NDArray[np.int32]] | None = None
        self.shown: date | None = None
        self.shown_as_view = False

    def bits(self, rule: Rule, day: date) -> Bits:
        match rule:
            case AllOf(parts):
                found = np.ones(len(self.ids), dtype=np.bool_)
                for part in parts:
                    found &= self.bits(part, day)
                return found
            case AnyOf(parts):
                found = np.zeros(len(self.ids), dtype=np.bool_)
                for part in parts:
                    found |= self.bits(part, day)
                return found
            case NotOf(part):
                return ~self.bits(part, day)
            case _:
                return self._leaf(rule, day)

    def held(self, scheme_id: int) -> npt.NDArray[np.int64]:
        """Return the class of each customer in a scheme as the last run left it; 0 for none."""
        name = class_column(scheme_id)
        if name not in self.columns:
            return np.zeros(len(self.ids), dtype=np.int64)
        rows = sql.query("SELECT customer_id, COALESCE(:held, 0) AS held FROM customer", held=sql.column(name))
        found = self.work.fetch(rows)
        classes = np.zeros(len(self.ids), dtype=np.int64)
        classes[np.searchsorted(self.ids, found["customer_id"])] = found["held"]
        return classes

    def _leaf(self, leaf: Leaf, day: date) -> Bits:
        needs = find_needs([leaf], computed=self.judged)
        by_now = needs.asks_record or needs.counts_hours
        marks = json.dumps(formulas_asked([leaf]))  # a formula may be changed under its name
        key = (rule_key(leaf) + marks, day, int(time.monotonic() / RECORD_SECONDS) if by_now else 0)
        if key not in self.kept:
            self.kept[key] = self._computed(leaf, day, key[2])
            while len(self.kept) > MOST_BITMAPS:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return self.kept[key]

    def _computed(self, leaf: Leaf, day: date, stamp: int) -> Bits:
        if isinstance(leaf, Bucket):
            return self._drawn(leaf)
        setting = self._known_on(day)
        if asks_revenue(leaf):
            setting = replace(setting, revenue=find_revenue(self.work.fetch, setting, "known"))
        parts = self._parts(leaf, setting.moment, f"{day.toordinal()}_{stamp}")
        source, known = self._results(leaf, day) if isinstance(leaf, Condition) else ("known", traits)
        met = compile_rule(leaf, known, moment=setting.moment)
        rows = exp.select(sql.column("customer_id")).from_(sql.table(source))
        found = self.work.fetch(join_parts(rows, parts).where(met, copy=False))["customer_id"]
        bits = np.zeros(len(self.ids), dtype=np.bool_)
        bits[np.searchsorted(self.ids, found)] = True
        return bits

    def _results(self, leaf: Condition, day: date) -> tuple[str, Traits | Mapping[str, Trait]]:
        """Return the table that a condition asks, and its traits: of a formula, what it comes to for each customer,
        as another number to compare with asks for the same.
        """
        formula = traits[leaf.trait].formula
        if formula is None:
            return "known", traits
        name = f"formula_{hashlib.sha256(repr(formula).encode()).hexdigest()[:20]}_{day.toordinal()}"
        if name not in self.tables:
            result = formula_value(formula).as_("result", quoted=True)
            rows = exp.select(sql.column("customer_id"), result).from_(sql.table("known"))
            self.work.run(sql.create_table(name, rows, temporary=True))
            self.tables[name] = None
        self._used([name])
        return name, {leaf.trait: Trait(leaf.trait, traits[leaf.trait].type, column="result")}

    def _used(self, names: Many[str]) -> None:
        """Count tables as the last ones used, and let go of those that were not used for longest."""
        for name in names:
            self.tables.move_to_end(name)
        while len(self.tables) > MOST_TABLES:
            self.facts.drop(self.tables.popitem(last=False)[0])

    def _drawn(self, leaf: Bucket) -> Bits:
        """Return whom the lot takes; the draw of one salt is kept, as another share asks for the same."""
        if self.draw is None or self.draw[0] != leaf.salt:
            shown = exp.select(sql.column("customer_id"), draw_of(leaf.salt).as_("drawn", quoted=True))
            rows = exp.select(sql.column("customer_id"), sql.tree("CAST('0x' || drawn AS INTEGER) AS drawn"))
            found = self.work.fetch(rows.from_(sql.aside(shown.from_(sql.table("customer")), "d")))
            places = np.zeros(len(self.ids), dtype=np.int32)
            places[np.searchsorted(self.ids, found["customer_id"])] = found["drawn"]
            self.draw = (leaf.salt, places)
        low, high = drawn_between(leaf)
        bits: Bits = (self.draw[1] >= low) & (self.draw[1] < high)
        return bits

    def _parts(self, leaf: Leaf, moment: Moment, stamp: str) -> list[Part]:
        """Return what a leaf asks over tables of it: another number to compare with asks for the same measure."""
        needs = find_needs([leaf], computed=self.judged)
        names = {one: f"kept_{'_'.join(columns)}_{stamp}" for one, columns in part_shapes(needs).items()}
        if not set(names.values()) <= set(self.tables):
            self._make(leaf, needs, moment, names)
        found = []
        for one, columns in part_shapes(needs).items():
            rows = exp.select(*map(sql.column, ["customer_id", *columns])).from_(sql.table(names[one]), copy=False)
            found.append(Part(one, columns, rows))
        self._used([names[one.name] for one in found])
        return found

    def _make(self, leaf: Leaf, needs: Needs, moment: Moment, names: Mapping[str, str]) -> None:
        if isinstance(leaf, Did | Sequence):
            (name,) = names.values()
            if self.facts.make(name, bare(leaf), moment, stamp=name.rpartition("_")[2]):
                self.tables[name] = None
                return
        stamp = next(iter(names.values()), "").rpartition("_")[2]
        small = (needs.asks_products, needs.held, {one.scheme_id for one in needs.stays}, needs.findings, stamp)
        if small != self.small:
            bring_small_tables(self.work, needs, self.store.database_url)
            self.small = small
        facts = [str(self.store.folder / one.path) for one in self.manifest.facts]
        for part in mirror_parts(needs, moment, facts=facts):
            if names[part.name] not in self.tables:
                self.work.run(sql.create_table(names[part.name], part.rows, temporary=True))
                self.tables[names[part.name]] = None

    def _known_on(self, day: date) -> Setting:
        """Make `known` the customers on a day; that of the last run is a view, others are summed."""
        setting = setting_on(self.meta, day, (), self.judged)
        if self.shown != day:
            if self.shown is not None:
                kind = "VIEW" if self.shown_as_view else "TABLE"
                self.work.run(exp.Drop(tables=[sql.table("known")], kind=kind, exists=True))
                self.work.run(sql.drop_table("state"))
            self.shown_as_view = make_known(self.work, self.meta, setting, self.columns)
            self.shown = day
        return setting

    def close(self) -> None:
        self.facts.close()
        self.work.close()


_LOCK = threading.Lock()
_COUNTINGS: dict[Path, _Counting] = {}


def _counting(store: Store) -> _Counting:
    """Return what is open for the store's working file of now; another one is closed. The caller holds the lock."""
    path, manifest = store.working_file(), store.manifest()
    if manifest is None:
        raise NothingComputed
    held = _COUNTINGS.get(store.folder)
    if held is not None and (held.path, held.manifest) == (path, manifest):
        return held
    for one in _COUNTINGS.values():
        one.close()
    _COUNTINGS.clear()
    _COUNTINGS[store.folder] = _Counting(store, path, manifest)
    return _COUNTINGS[store.folder]
