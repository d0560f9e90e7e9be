"""Customers judged at once, in PostgreSQL: the same expressions as a run's, over the facts of a few customers.

A run judges everybody over the mirror; between runs a new fact, note or profile changes one customer, who should not
wait. The cut points are the last run's: they are about everybody.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.datasets import ATTRIBUTES, CUSTOMERS, FACTS, MONEY_KINDS
from zhike.engine.errors import NothingComputed
from zhike.engine.rules.ast import scheme_ids
from zhike.engine.rules.sources import postgres_parts
from zhike.engine.rules.traits import asks_revenue
from zhike.engine.schemes import SchemeSpec
from zhike.engine.stages.classes import decisive_values
from zhike.engine.stages.customer_state import filled, state_columns
from zhike.engine.stages.judged import judged
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.work import METRICS, customer_columns

_FOR_EACH = """
SELECT "found".* FROM (SELECT DISTINCT one FROM UNNEST(%(ids)s::bigint[]) AS given ("one")) AS "wanted"
CROSS JOIN LATERAL ({judged}) AS "found" """
_BY_CURRENCY = """
SELECT CAST(occurred_at AT TIME ZONE :zone AS DATE) AS day,
  COALESCE(NULLIF(CAST(currency AS TEXT), ''), :own) AS currency, SUM(amount) AS amount
FROM :facts WHERE customer_id = wanted.one AND kind = ANY(:kinds) AND NOT amount IS NULL
  AND occurred_at < CAST(:until AS TIMESTAMP) AT TIME ZONE :zone
GROUP BY 1, 2"""
_DAYS = """
SELECT day, CAST(COALESCE(SUM(amount) FILTER (WHERE currency = :own), 0) AS BIGINT) AS amount,
  BOOL_OR(amount > 0) AS bought FROM :rows GROUP BY day"""
_LATEST = "(ARRAY_AGG(day ORDER BY day DESC) FILTER (WHERE bought))"


def judgeable(schemes: Sequence[SchemeSpec], points: CutPoints) -> list[SchemeSpec]:
    """Return the schemes that can be judged at once: those whose cut points a run has found, and that ask only such."""
    found = [spec for spec in schemes if _has_points(spec, points)]
    known, ours = {spec.id for spec in schemes}, {spec.id for spec in found}
    while True:
        kept = [spec for spec in found if _asked(spec) & known <= ours]
        if len(kept) == len(found):
            return found
        found, ours = kept, {spec.id for spec in kept}


def points_on(points: CutPoints, day: date) -> CutPoints:
    """Return the cut points for a later day of judgement: those of recency are days since, and move along."""
    ahead = day - points.as_of
    rfm = {key: {**held, "r": [one + ahead for one in held["r"]]} for key, held in points.rfm.items()}
    return replace(points, as_of=day, rfm=rfm)


def _has_points(spec: SchemeSpec, points: CutPoints) -> bool:
    if points.revenue is None and any(asks_revenue(rule) for rule in spec.rules):
        return False
    if spec.kind == "rfm":
        return bool(points.rfm.get(spec.id, {}).get("r"))
    if spec.kind in ("priority", "strategic"):
        return bool(points.marks.get(spec.id))
    return spec.kind != "value_tier" or bool(points.tiers.get(spec.id))


def _asked(spec: SchemeSpec) -> set[int]:
    return {one for rule in spec.rules for one in scheme_ids(rule)}


def judging_statement(setting: Setting, points: CutPoints) -> str:
    """Return PostgreSQL text with the parameter `%(ids)s`: customer_id, the METRICS, then class and evidence (jsonb) of
    each scheme of the setting, in its order. One row per customer that there is.

    Facts of the local days before `setting.until` count, as in a run. The text is worth keeping: making it takes longer
    than running it.

    :raises NothingComputed: if the setting has no scheme that is `judgeable`.
    """
    if not setting.schemes:
        raise NothingComputed
    known = sql.aside(_kept_apart(_known(setting)), "known")
    parts = postgres_parts(setting.needs, setting.moment, customer=sql.column("one", "wanted"))
    rows = judged(known, customer_columns(setting), setting, points, parts=parts, keep_needs=True)
    shown: list[exp.Expr] = [sql.column(name) for name in ("customer_id", *METRICS)]
    for spec in setting.schemes:
        pairs: list[exp.Expr] = []
        for key, value in decisive_values(spec, setting, points).items():
            pairs += [sql.text(key), value]
        evidence = exp.Anonymous(this="jsonb_build_object", expressions=pairs)
        shown += [sql.column(class_column(spec.id)), evidence.as_(f"evidence_{spec.id}", quoted=True)]
    found = exp.select(*shown).from_(sql.aside(_kept_apart(rows), "judged"), copy=False)
    text = sql.emit(found, sql.POSTGRES, spent=True).replace("%", "%%")
    return _FOR_EACH.format(judged=text)


def _kept_apart(rows: exp.Select) -> exp.Select:
    """Keep PostgreSQL from merging a query into the one around it.

    Merged, the expression of a value would stand wherever the value is used, scores and classes many times over: to
    plan and to start the statement would take twice as long as it does so.
    """
    return rows.offset(0, copy=False)


def _known(setting: Setting) -> exp.Select:
    """Return the customer's attributes and state, in the columns of a run's customer table."""
    zone = exp.Literal.string(setting.zone)
    shown: list[exp.Expr] = [sql.column("id", "c").as_("customer_id", quoted=True)]
    for name, text in ATTRIBUTES:
        shown.append(sql.tree(text, dialect=sql.POSTGRES).as_(name, quoted=True))
    created = sql.tree("CAST(created_at AT TIME ZONE :zone AS DATE)", dialect=sql.POSTGRES, zone=zone)
    shown.append(created.as_("created_day", quoted=True))
    shown += [filled(name, kind, "state") for name, kind in state_columns(setting).items()]
    source = exp.alias_(sql.table(CUSTOMERS.table), "c", table=True)
    rows = exp.select(*shown).from_(source, copy=False).join(sql.aside(_state(setting), "state"), on="TRUE", copy=False)
    return rows.where(sql.tree('c.id = "wanted"."one"'), copy=False)


def _state(setting: Setting) -> exp.Select:
    own, zone = sql.text(setting.currency), exp.Literal.string(setting.zone)
    kinds = [sql.text(one) for one in MONEY_KINDS]
    by_currency = sql.query(
        _BY_CURRENCY, dialect=sql.POSTGRES, own=own, zone=zone, facts=sql.table(FACTS.table),
        until=sql.text(setting.until.isoformat()), kinds=exp.Array(expressions=kinds),
    )  # fmt: skip
    days = sql.query(_DAYS, dialect=sql.POSTGRES, own=own, rows=sql.aside(by_currency, "b"))
    values = {
        "first_day": sql.tree("MIN(day) FILTER (WHERE bought)", dialect=sql.POSTGRES),
        "last_day": sql.tree(f"{_LATEST}[1]", dialect=sql.POSTGRES),
        "prev_day": sql.tree(f"{_LATEST}[2]", dialect=sql.POSTGRES),
        "purchase_days_total": sql.tree("CAST(COUNT(*) FILTER (WHERE bought) AS INTEGER)", dialect=sql.POSTGRES),
    }
    for window in setting.windows:
        start = sql.day(setting.as_of - timedelta(days=window))
        frequency, monetary = setting.window_columns(window)
        values[frequency] = sql.tree("COUNT(*) FILTER (WHERE bought AND day >= :start)", start=start)
        values[monetary] = sql.tree("SUM(amount) FILTER (WHERE day >= :start)", start=start)
    shown = [value.as_(name, quoted=True) for name, value in values.items()]
    return exp.select(*shown).from_(sql.aside(days, "d"), copy=False)
