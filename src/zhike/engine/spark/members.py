"""Who meets rules, asked of Spark: profiles, state and classes from the store's files, as the last run made them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.building import build_days, profiles
from zhike.engine.errors import NothingComputed
from zhike.engine.preview import SCORES, open_current, setting_on
from zhike.engine.rules.ast import Condition, InClass, Rule, leaves
from zhike.engine.rules.compile import compile_rule
from zhike.engine.rules.measures import join_parts
from zhike.engine.rules.needs import find_needs
from zhike.engine.rules.traits import asks_revenue, traits
from zhike.engine.schemes import SchemeSpec
from zhike.engine.spark.place import ROOT, find_place
from zhike.engine.spark.session import refuse_missing, spark_session
from zhike.engine.spark.work import SparkWork
from zhike.engine.stages.customer_state import clean_days, customer_state, filled, state_columns, summed_days
from zhike.engine.stages.judged import judged, result_columns
from zhike.engine.stages.needed import fresh_parts
from zhike.engine.stages.scores import CutPoints, find_revenue
from zhike.engine.stages.setting import Setting
from zhike.engine.store.store import Store
from zhike.engine.work import Meta, customer_columns


def spark_members(store: Store, rule: Rule, *, as_of: date | None = None) -> list[int]:
    """Return the ids of the customers who meet a checked rule, in order; see `find_members`."""
    refuse_missing()
    meta = last_run(store)
    with spark_session() as session, SparkWork(session, find_place(store.folder)) as work:
        people = SparkPeople(store, work, meta, as_of=as_of, results=_asks_results([rule], meta))
        return people.find([rule])[0]


def last_run(store: Store) -> Meta:
    work = open_current(store)
    try:
        meta = work.meta()
    finally:
        work.close()
    if meta is None:
        raise NothingComputed
    return meta


def _judged(meta: Meta) -> frozenset[int]:
    return frozenset(int(one["id"]) for one in meta.setting["schemes"])


def _asks_results(rules: Sequence[Rule], meta: Meta) -> bool:
    """Return whether a rule asks for scores or for classes that the last run judged."""
    found = [leaf for rule in rules for _, leaf in leaves(rule)]
    scored = any(isinstance(one, Condition) and traits[one.trait].sources & set(SCORES) for one in found)
    return scored or any(isinstance(one, InClass) and one.scheme_id in _judged(meta) for one in found)


class SparkPeople:
    """All customers on a day, as a table of the cluster that rules are asked of.

    :param results: make the last run's scores and classes too: it costs as much as the rest.
    """

    def __init__(
        self, store: Store, work: SparkWork, meta: Meta, *, as_of: date | None = None, results: bool = False
    ) -> None:
        self.store, self.work, self.meta = store, work, meta
        self.manifest = work.place.manifest(work.session)
        self.setting = setting_on(meta, as_of or date.fromisoformat(meta.setting["as_of"]), (), _judged(meta))
        foreign = build_days(work, ROOT, self.manifest, self.setting)
        work.run(sql.create_table("held_day", summed_days(foreign=True) if foreign else clean_days()))
        rows = self._with_state("state", self.setting)
        if results:
            self._make_results()
            last = list(result_columns(last_setting(meta)))
            rows = exp.select("k.*", *[sql.column(name, "r") for name in last]).from_(sql.aside(rows, "k"))
            rows = rows.join(exp.alias_(sql.table("results"), "r", table=True), using=["customer_id"], join_type="left")
        work.run(sql.create_table("known", rows))

    def find(self, rules: Sequence[Rule]) -> list[list[int]]:
        """Return the members of each rule, in order; all in one pass over customers and facts."""
        needs = find_needs(rules, computed=_judged(self.meta))
        parts = fresh_parts(
            self.work, ROOT, self.manifest, needs, self.setting.moment, self.store.database_url
        ) if needs else []  # fmt: skip
        setting = self.setting
        if any(map(asks_revenue, rules)):
            setting = replace(setting, revenue=find_revenue(self.work.fetch, setting, "known"))
        met = [compile_rule(rule, traits, moment=setting.moment) for rule in rules]
        rows = join_parts(exp.select(sql.column("customer_id")).from_(sql.table("known")), parts)
        rows = rows.select(*[one.as_(f"met_{place}", quoted=True) for place, one in enumerate(met)])
        some = exp.or_(*[sql.column(f"met_{place}") for place in range(len(met))])
        found = self.work.run(exp.select("*").from_(sql.aside(rows, "m")).where(some))
        return [sorted(row[0] for row in found if row[place + 1]) for place in range(len(met))]

    def _with_state(self, name: str, setting: Setting) -> exp.Select:
        """Make a table of the state on the setting's day; return profiles with it."""
        days = sql.query("SELECT customer_id, day, amount, bought FROM held_day")
        self.work.run(sql.create_table(name, customer_state(days, setting)))
        people = profiles(self.work, ROOT, self.manifest, setting)
        state = [filled(one, kind, name) for one, kind in state_columns(setting).items()]
        rows = exp.select("p.*", *state).from_(sql.aside(people, "p"))
        return rows.join(sql.table(name), using=["customer_id"], join_type="left")

    def _make_results(self) -> None:
        last, points = last_setting(self.meta), CutPoints.from_json(self.meta.cuts)
        then = sql.aside(self._with_state("state_then", last), "then")
        parts = []
        if last.needs:
            parts = fresh_parts(self.work, ROOT, self.manifest, last.needs, last.moment, self.store.database_url)
        rows = judged(then, customer_columns(last), last, points, parts=parts)
        shown = ["customer_id", *result_columns(last)]
        self.work.run(sql.create_table("results", exp.select(*map(sql.column, shown)).from_(sql.aside(rows, "j"))))


def last_setting(meta: Meta) -> Setting:
    """Return the setting that the last run judged by."""
    held: Mapping[str, Any] = meta.setting
    schemes = tuple(SchemeSpec.from_json(one) for one in held["schemes"])
    today = held["as_of"] != held["until"]
    at = datetime.fromisoformat(held["at"]).astimezone(UTC) if held["at"] else None
    as_of = date.fromisoformat(held["as_of"])
    return Setting(as_of, held["zone"], held["currency"], schemes, today_counts=today, at=at)
