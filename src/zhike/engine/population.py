"""Who meets a rule: everybody's answer in DuckDB over the last run's working file, or in PostgreSQL over its tables.

Both read the profile as it is now, facts of the days that count, and classes: DuckDB those that the last run judged,
PostgreSQL those on record. Where the run's classes are on record, the answers are equal.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import ATTRIBUTES, CUSTOMERS, FACTS, MONEY_KINDS
from zhike.engine.errors import NothingComputed
from zhike.engine.preview import make_known, open_current, read_parts, setting_on
from zhike.engine.rules.ast import Condition, Rule, leaves
from zhike.engine.rules.check import refuse_wrong_rule
from zhike.engine.rules.compile import compile_rule
from zhike.engine.rules.measures import join_parts
from zhike.engine.rules.needs import find_needs
from zhike.engine.rules.sources import postgres_parts
from zhike.engine.rules.traits import asks_revenue, traits
from zhike.engine.rules.windows import Moment
from zhike.engine.schemes import WINDOW_DAYS
from zhike.engine.stages.scores import find_revenue
from zhike.engine.store.postgres import fetch_rows
from zhike.engine.store.store import Store

ENGINES = ("duckdb", "postgres", "spark")
SCORES = {"rfm_r", "rfm_f", "rfm_m"}
_STATE = {"first_day", "last_day", "purchase_days_total", "frequency", "monetary"}
_BY_CURRENCY = """
SELECT customer_id, CAST(occurred_at AT TIME ZONE :zone AS DATE) AS day,
  COALESCE(NULLIF(CAST(currency AS TEXT), ''), :own) AS currency, SUM(amount) AS amount
FROM :facts WHERE kind IN (:kinds) AND NOT amount IS NULL AND occurred_at < CAST(:until AS TIMESTAMP) AT TIME ZONE 'UTC'
GROUP BY 1, 2, 3"""
_DAYS = """
SELECT customer_id, day, CAST(COALESCE(SUM(amount) FILTER (WHERE currency = :own), 0) AS BIGINT) AS amount,
  BOOL_OR(amount > 0) AS bought FROM :rows GROUP BY customer_id, day"""
_SUMMED = """
SELECT customer_id, MIN(day) FILTER (WHERE bought) AS first_day, MAX(day) FILTER (WHERE bought) AS last_day,
  COUNT(*) FILTER (WHERE bought) AS purchase_days_total,
  COUNT(*) FILTER (WHERE bought AND day >= :start) AS frequency,
  COALESCE(SUM(amount) FILTER (WHERE day >= :start), 0) AS monetary
FROM :rows GROUP BY customer_id"""

_OF_ONE = (
    'SELECT "found"."customer_id" FROM (SELECT CAST({} AS bigint) AS "one") AS "wanted"'
    ' CROSS JOIN LATERAL ({}) AS "found"'
)


def find_members(store: Store, rule: Rule, *, as_of: date | None = None, engine: str = "duckdb") -> list[int]:
    """Return the ids of all customers who meet a rule, in order; changes nothing.

    :param as_of: the day of judgement, by default the last run's. :param engine: one of ENGINES.
    :raises RuleWrong: if the rule cannot be computed. :raises NothingComputed: before the first run.
    :raises SparkMissing, JavaMissing, SparkFailed: if Spark is asked for and cannot.
    """
    refuse_wrong_rule(rule, traits)
    if engine == "spark":
        from zhike.engine.spark.members import spark_members  # who asks elsewhere loads nothing of it

        return spark_members(store, rule, as_of=as_of)
    work = open_current(store)
    try:
        meta = work.meta()
        if meta is None:
            raise NothingComputed
        judged = frozenset(int(one["id"]) for one in meta.setting["schemes"])
        setting = setting_on(meta, as_of or date.fromisoformat(meta.setting["as_of"]), (), judged)
        if engine == "duckdb" or asks_revenue(rule):
            make_known(work, meta, setting, work.columns("customer"))
        if asks_revenue(rule):
            setting = replace(setting, revenue=find_revenue(work.fetch, setting, "known"))
        if engine == "postgres":
            query = postgres_members(rule, moment=setting.moment)
            return [int(one) for (one,) in fetch_rows(store.database_url, query)]
        parts = read_parts(store, work, find_needs([rule], computed=judged), setting.moment)
        return [one for (one,) in work.run(_members(sql.table("known"), rule, parts, setting.moment))]
    finally:
        work.close()


def postgres_members(rule: Rule, *, moment: Moment, customer: str = "") -> str:
    """Return PostgreSQL text that gives the ids of the customers who meet a checked rule, in order.

    :param customer: an expression of ours that gives the one customer's
        id, such as a parameter's place; empty: everybody.
    """
    one = exp.Column(this=exp.to_identifier("one", quoted=True), table=exp.to_identifier("wanted", quoted=True))
    parts = postgres_parts(find_needs([rule]), moment, customer=one if customer else None)
    people = postgres_people(rule, moment, customer=one if customer else None)
    text = sql.emit(_members(sql.aside(people, "known"), rule, parts, moment), sql.POSTGRES, spent=True)
    if not customer:
        return text
    return _OF_ONE.format(customer, text.replace("%", "%%"))  # whoever binds the parameter reads %% as %


def _members(people: exp.Expr, rule: Rule, parts: Sequence[Any], moment: Moment) -> exp.Select:
    rows = join_parts(exp.select(sql.column("customer_id")).from_(people, copy=False), parts)
    met = compile_rule(rule, traits, moment=moment)
    return rows.where(met, copy=False).order_by(sql.column("customer_id"), copy=False)


def postgres_people(rule: Rule, moment: Moment, *, customer: exp.Expr | None = None) -> exp.Select:
    """Return customers with the columns of a run's customer table: attributes, and state and scores where asked for."""
    zone = exp.Literal.string(moment.zone)
    shown = [sql.column("id", "c").as_("customer_id", quoted=True)]
    shown += [sql.tree(text, dialect=sql.POSTGRES).as_(name, quoted=True) for name, text in ATTRIBUTES]
    created = sql.tree("CAST(created_at AT TIME ZONE :zone AS DATE)", dialect=sql.POSTGRES, zone=zone)
    rows = exp.select(*shown, created.as_("created_day", quoted=True))
    rows = rows.from_(exp.alias_(sql.table(CUSTOMERS.table), "c", table=True), copy=False)
    asked = _asked_columns(rule)
    if asked & _STATE:
        state = sql.aside(_state(moment, customer), "s")
        for name in sorted(_STATE):
            held = sql.column(name, "s")
            value = held if name.endswith("_day") else exp.Coalesce(this=held, expressions=[sql.integer(0)])
            rows = rows.select(value.as_(name, quoted=True), copy=False)
        rows = rows.join(state, on=sql.tree("s.customer_id = c.id"), join_type="left", copy=False)
    if asked & SCORES:
        rows = rows.select(*[sql.column(name, "m") for name in sorted(SCORES)], copy=False)
        metrics = exp.alias_(sql.table("classification_customermetrics"), "m", table=True)
        rows = rows.join(metrics, on=sql.tree("m.customer_id = c.id"), join_type="left", copy=False)
    if customer is not None:
        rows = rows.where(exp.EQ(this=sql.column("id", "c"), expression=customer), copy=False)
    return rows


def _asked_columns(rule: Rule) -> set[str]:
    asked = [traits[leaf.trait] for _, leaf in leaves(rule) if isinstance(leaf, Condition)]
    return {name for one in asked for name in one.sources}


def _state(moment: Moment, customer: exp.Expr | None) -> exp.Select:
    own, zone = sql.text(moment.currency), exp.Literal.string(moment.zone)
    facts: exp.Expr = sql.table(FACTS.table)
    if customer is not None:
        same = exp.EQ(this=sql.column("customer_id"), expression=customer)
        facts = sql.aside(exp.select("*").from_(facts, copy=False).where(same, copy=False), "f")
    by_currency = sql.query(
        _BY_CURRENCY, dialect=sql.POSTGRES, own=own, zone=zone, facts=facts,
        until=sql.text(moment.end.isoformat()), kinds=sql.text("kinds"),
    )  # fmt: skip
    for one in by_currency.find_all(exp.In):
        one.set("expressions", [sql.text(kind) for kind in MONEY_KINDS])
    days = sql.query(_DAYS, dialect=sql.POSTGRES, own=own, rows=sql.aside(by_currency, "b"))
    start = sql.day(moment.as_of - timedelta(days=WINDOW_DAYS))
    return sql.query(_SUMMED, dialect=sql.POSTGRES, start=start, rows=sql.aside(days, "d"))
