"""One customer's new fact, note or profile moves that customer at once; the next run confirms it for everybody."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.audit.public import record
from zhike.classification.approvals.telling import Move, moves_between, tell_of_moves, tell_owners
from zhike.classification.assignments.figures import figures_statement
from zhike.classification.events import CustomerClassified
from zhike.classification.models import PendingMove
from zhike.engine.public import (
    METRICS,
    CutPoints,
    all_formulas,
    judgeable,
    judging_statement,
    make_setting,
    points_on,
)
from zhike.kit.clock import local_day

from . import moving
from .asking import ask
from .specs import list_known_specs, tracks_of

# What is looked up for a few customers goes by index, and plans are made once: to plan the judging statement anew takes
# twice as long as to run it.
BEGIN = """
SELECT pg_try_advisory_xact_lock_shared(%(lock)s::bigint), set_config('plan_cache_mode', 'force_generic_plan', true),
  set_config('enable_seqscan', 'off', true)"""
# Whether the kept statement still answers: schemes and versions in force, their classes, the last run's cut points.
STAMP = """
SELECT (SELECT string_agg(id || ':' || version, ' ' ORDER BY position, id) FROM classification_scheme
        WHERE status = 'active'),
  (SELECT count(*) || ':' || coalesce(sum(id * (position + 1)), 0) FROM classification_customerclass
   WHERE retired_at IS NULL),
  (SELECT md5(cuts::text) FROM classification_classifyrun WHERE status = 'done' ORDER BY id DESC LIMIT 1)"""
CUTS = "SELECT cuts FROM classification_classifyrun WHERE status = 'done' ORDER BY id DESC LIMIT 1"
LOCK_CUSTOMERS = """
SELECT id FROM customers_customer WHERE id = ANY(%(customers)s::bigint[]) ORDER BY id FOR NO KEY UPDATE"""
HELD_NOW = """
SELECT 'held', customer_id, track, class_id FROM classification_assignment
WHERE customer_id = ANY(%(customers)s::bigint[]) AND valid_to IS NULL
UNION ALL SELECT 'waits', customer_id, track, NULL FROM classification_pendingmove
WHERE customer_id = ANY(%(customers)s::bigint[])
UNION ALL SELECT 'set', customer_id, track, NULL FROM classification_classoverride
WHERE customer_id = ANY(%(customers)s::bigint[]) AND ended_at IS NULL
UNION ALL SELECT 'steady', 0, scheme_id, NULL FROM classification_steadiness
UNION ALL SELECT 'tells_into', 0, unnest(tell_into), NULL FROM classification_telling
UNION ALL SELECT 'tells_out_of', 0, unnest(tell_out_of), NULL FROM classification_telling"""
# Judging writes down the figures that it finds, and that it was done.
JUDGE = """
WITH judged AS MATERIALIZED ({judged}), figures AS ({metrics}), noted AS (
  INSERT INTO classification_judged_at_once (customer_id) SELECT unnest(%(ids)s::bigint[]) ORDER BY 1
  ON CONFLICT (customer_id) DO UPDATE SET xid = pg_current_xact_id())
SELECT * FROM judged"""
FOUND = """(SELECT * FROM jsonb_to_recordset(%(found)s::jsonb) AS u (customer_id bigint, scheme_id int, class_id int,
  evidence text))"""
PARTS = {"found": FOUND, "schemes": f"({moving.SCHEMES})"}
HELD = """(SELECT * FROM jsonb_to_recordset(%(held)s::jsonb) AS h (customer_id bigint, scheme_id int, type_id int,
  class_id int, evidence jsonb, version int, cause smallint, since timestamptz, due_at timestamptz))"""
HELD_BACK = moving.AS_JSON.format(rows=moving.HELD_BACK.format(**PARTS))
KEEP_PENDING = moving.KEEP_PENDING.format(held=HELD)
DROP_PENDING, CLOSE, OPEN = (text.format(**PARTS) for text in (moving.DROP_PENDING, moving.CLOSE, moving.OPEN))
KEEP_FIGURES = figures_statement(select_ids="SELECT unnest(%(customers)s::bigint[])")

BATCH, MOST_DUE = 500, 20_000


@dataclass(frozen=True, slots=True)
class Judge:
    """The statement that judges customers on a day, and what its columns stand for."""

    statement: str
    schemes: Mapping[int, int]  # track → scheme
    given: Mapping[str, str]  # the same, and the versions, as moving.SCHEMES wants them
    counts_hours: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule says of a customer; `evidence` is JSON text, `scheme_id` a track: see `moving`."""

    customer_id: int
    scheme_id: int
    class_id: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Differing:
    """What was found that is not what holds; whether something may hold it back, and whether something waits now.

    `told`: (whether into it, class) of the moves that people are told of.
    """

    found: list[Found]
    may_stay: bool
    waits: bool
    told: frozenset[tuple[bool, int]] = frozenset()


def judge_changed(customer_ids: Sequence[int]) -> None:
    """React to a change of one customer; see `customer_reactions`."""
    judge_at_once(customer_ids=customer_ids, at=now())


def counts_hours(*, at: datetime) -> bool:
    """Tell whether a rule in force counts in hours, so that time alone moves customers within the day."""
    (stamp,) = ask({}, STAMP)
    judge = _judge(stamp, at)
    return judge is not None and judge.counts_hours


def judge_due(*, at: datetime) -> int:
    """Move the customers whose minimum stay or grace is over; return how many assignments changed."""
    due = PendingMove.objects.filter(due_at__lte=at).order_by("due_at").values_list("customer_id", flat=True)
    ids = sorted(set(due[:MOST_DUE]))
    return sum(judge_at_once(customer_ids=ids[start : start + BATCH], at=at) for start in range(0, len(ids), BATCH))


@transaction.atomic
def judge_at_once(*, customer_ids: Sequence[int], at: datetime) -> int:
    """Bring figures and classes of these customers to what is known now; return how many assignments changed.

    Cut points are the last run's. Before the first run, and while a run writes, it does nothing: the run that the
    change asked for will. Writers of the same customer wait for each other.
    """
    customers = _array(sorted(set(customer_ids)))
    facts = {"customers": customers, "at": at, "left": moving.BY_RULE, "lock": moving.WRITE_LOCK}
    ((free, *_),), stamp, _, held = ask(facts, BEGIN, STAMP, LOCK_CUSTOMERS, HELD_NOW)
    judge = _judge(stamp, at) if free else None
    if judge is None:
        return 0
    (rows,) = ask({"ids": customers}, judge.statement)
    differing = _differing(judge, held, rows)
    if not differing.found:
        ask(facts, KEEP_FIGURES)
        return 0
    return _move(judge, facts, differing)


def _judge(stamp: Sequence[Sequence[Any]], at: datetime) -> Judge | None:
    ((schemes, classes, cuts),) = stamp
    if cuts is None:
        return None
    organisation = get_organisation()
    kept = (organisation.time_zone, organisation.currency, all_formulas(), connection.alias, schemes, classes, cuts)
    day = local_day(at, organisation.time_zone)
    judge = _make_judge(day, None, *kept)
    if judge is None or not judge.counts_hours:
        return judge
    return _make_judge(day, at.replace(second=0, microsecond=0) + timedelta(minutes=1), *kept)


@lru_cache(maxsize=4)
def _make_judge(
    day: date, minute: datetime | None, zone: str, currency: str, formulas: object, *_stamp: str
) -> Judge | None:
    """Return how customers are judged on a day; kept until a scheme, a class, a cut point or a formula is another.

    `minute`: where windows of hours end, for rules that have such.
    """
    with connection.cursor() as cursor:
        cursor.execute(CUTS)
        cuts: Mapping[str, Any] = json.loads(cursor.fetchone()[0])
    specs, schemes = list_known_specs()
    versions = {one.scheme.id: one.version.number for one in schemes}
    held = {int(key): number for key, number in cuts["versions"].items()}
    points = points_on(CutPoints.from_json(cuts["points"]), day)
    same = points.only([one for one in versions if held.get(one) == versions[one]])
    chosen = judgeable(specs, same)
    if not chosen:
        return None
    setting = make_setting(as_of=day, zone=zone, currency=currency, schemes=chosen, today_counts=True, at=minute)
    behind = {track: one.scheme.id for one in schemes for track in tracks_of(one)}
    of = {one.id: behind[one.id] for one in chosen}
    given = {"tracks": _array(of), "ids": _array(of.values()), "versions": _array(versions[one] for one in of.values())}
    judged = judging_statement(setting, same)
    statement = JUDGE.format(judged=judged, metrics=moving.METRICS.format(metrics="judged"))
    return Judge(statement, of, given, setting.counts_hours)


def _array(numbers: Iterable[int]) -> str:
    """Return numbers as PostgreSQL writes an array; as lists, each width of theirs would be a statement of its own."""
    return f"{{{','.join(map(str, numbers))}}}"


def _differing(judge: Judge, holding: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]]) -> Differing:
    """Return what was found that is not what holds (HELD_NOW), or beside which something waits."""
    now_held: dict[str, dict[tuple[int, int], int | None]] = {
        "held": {}, "waits": {}, "set": {}, "steady": {}, "tells_into": {}, "tells_out_of": {}
    }  # fmt: skip
    for kind, customer_id, scheme_id, class_id in holding:
        now_held[kind][customer_id, scheme_id] = class_id
    held, waits = now_held["held"], now_held["waits"]
    first = 1 + len(METRICS)
    found = [
        Found(row[0], scheme_id, row[first + 2 * place], row[first + 2 * place + 1])
        for row in rows
        for place, scheme_id in enumerate(judge.schemes)
        if held.get((row[0], scheme_id)) != row[first + 2 * place] or (row[0], scheme_id) in waits
    ]
    may_stay = any(
        (one.customer_id, one.scheme_id) in now_held["set"] or (0, judge.schemes[one.scheme_id]) in now_held["steady"]
        for one in found
    )
    told = {(True, one) for _, one in now_held["tells_into"]} | {(False, one) for _, one in now_held["tells_out_of"]}
    return Differing(found, may_stay, bool(waits), frozenset(told))


def _move(judge: Judge, facts: Mapping[str, Any], differing: Differing) -> int:
    """Move customers to what was found, as far as nothing holds them back; return how many assignments changed."""
    given = {**facts, **judge.given}
    free = _keep_back(given, differing.found) if differing.may_stay else differing.found
    drop = (DROP_PENDING,) if differing.waits else ()
    *_, closed, opened, _ = ask({**given, "found": _as_json(free)}, moving.HOLD, *drop, CLOSE, OPEN, KEEP_FIGURES)
    before = {(row[0], row[1]): row[2] for row in closed}
    after = {(row[0], row[1]): row[2] for row in opened}
    moves: dict[int, list[list[int | None]]] = {}
    for key in sorted(before.keys() | after.keys()):
        moves.setdefault(key[0], []).append([judge.schemes[key[1]], before.get(key), after.get(key)])
    for customer_id, made in moves.items():
        record(event=CustomerClassified(customer_id, made, "rule"), by=SYSTEM)
    # Most moves are told to nobody: to look costs as much as to write the trail.
    tell_of_moves(
        moves=(one for one in _to_tell(before, after) if (one.enters, one.class_id) in differing.told), at=given["at"]
    )
    return sum(map(len, moves.values()))


def _to_tell(before: Mapping[tuple[int, int], int], after: Mapping[tuple[int, int], int]) -> Iterator[Move]:
    """Yield what was closed and opened, by customer and track, as moves to tell of."""
    for customer_id, track in sorted(before.keys() | after.keys()):
        yield from moves_between(customer_id, track, before.get((customer_id, track)), after.get((customer_id, track)))


def _keep_back(given: Mapping[str, Any], found: Sequence[Found]) -> list[Found]:
    """Write down what waits, tell the owners of what waits for approval, and return the others."""
    _, rows = ask({**given, "found": _as_json(found)}, moving.HOLD, HELD_BACK)
    held = [json.loads(row[0]) for row in rows]
    if held:
        ask({"held": json.dumps(held)}, KEEP_PENDING)
    if any(one["cause"] == moving.APPROVAL for one in held):
        tell_owners(at=given["at"])
    kept = {(one["customer_id"], one["scheme_id"]) for one in held}
    return [one for one in found if (one.customer_id, one.scheme_id) not in kept]


def _as_json(found: Sequence[Found]) -> str:
    return json.dumps([asdict(one) for one in found])
