"""Owner and followers are told once: of moves between classes, and of those that wait for a person's yes."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from zhike.accounts.public import get_organisation, list_holders, owner_ids
from zhike.audit.public import record
from zhike.classification import permissions
from zhike.classification.events import MovesAwaitApproval
from zhike.customers.public import AUDIENCE, NewNotice, add_to_notices, giving_statement
from zhike.kit.actor import SYSTEM
from zhike.kit.clock import local_day

MOVED, WAITS = "classification.moved", "classification.waits"  # kinds of notices
UNTOLD = """
UPDATE classification_pendingmove p SET told_at = %(at)s FROM customers_customer c
WHERE c.id = p.customer_id AND p.cause = 5 AND p.told_at IS NULL
RETURNING c.owner_id, p.customer_id, p.scheme_id, p.class_id, CASE WHEN p.track < 0 THEN
    CASE WHEN p.class_id IS NULL THEN -p.track END
  ELSE (SELECT a.class_id FROM classification_assignment a
        WHERE a.customer_id = p.customer_id AND a.track = p.track AND a.valid_to IS NULL) END"""
MOST = 500  # moves in one event
GIVEN = """(SELECT * FROM jsonb_to_recordset(%(moves)s::jsonb)
  AS u (customer_id bigint, track bigint, class_id bigint, enters boolean))"""
# `{moves}` is a relation of customer_id, track, class_id, enters. Who comes out of one class of a track and into
# another has moved once: where both are marked, it is told where they came to.
MARKED = """
SELECT DISTINCT ON (m.customer_id, m.track) m.customer_id, m.class_id, m.enters FROM {moves} AS m
JOIN classification_customerclass k ON k.id = m.class_id
JOIN classification_telling t ON t.scheme_id = k.scheme_id
WHERE m.class_id = ANY(CASE WHEN m.enters THEN t.tell_into ELSE t.tell_out_of END)
  AND k.scheme_id <> ALL(%(silent)s::bigint[])
ORDER BY m.customer_id, m.track, m.enters DESC"""
NOTED = """
INSERT INTO classification_toldmove (day, class_id, enters, customer_id)
SELECT %(day)s, class_id, enters, customer_id FROM ({marked}) AS k ORDER BY class_id, enters, customer_id
ON CONFLICT DO NOTHING RETURNING customer_id, class_id, enters"""
# One row for each person, class and direction: of one customer by name, of several by their number.
ROWS = """
SELECT user_id, %(kind)s AS kind, concat_ws(':', 'moved', class_id, CASE WHEN enters THEN 'in' ELSE 'out' END,
    CASE WHEN count(*) = 1 THEN %(day)s || ':' || min(customer_id) ELSE %(at)s END) AS key,
  CASE WHEN count(*) = 1 THEN min(customer_id) END AS customer_id,
  jsonb_build_object('class', class_id, 'enters', enters, 'count', count(*), 'at', %(at)s::text) AS facts,
  %(at)s::timestamptz AS at
FROM noted JOIN {audience} AS p USING (customer_id)
WHERE user_id IS DISTINCT FROM %(by)s::bigint GROUP BY user_id, class_id, enters"""
TELL = "WITH noted AS ({noted}) {give}"
FORGET = "DELETE FROM classification_toldmove WHERE day < %(yesterday)s"


class Move(NamedTuple):
    """That a customer came into a class, or out of it. Of an overlapping scheme the track is the class, negative."""

    customer_id: int
    track: int
    class_id: int
    enters: bool


def moves_between(customer_id: int, track: int, before: int | None, after: int | None) -> list[Move]:
    """Return what a customer's move from one class to another is to those who are told."""
    return [Move(customer_id, track, one, enters) for one, enters in ((before, False), (after, True)) if one]


def tell_of_moves(*, moves: Iterable[Move], by_user: int | None = None, at: datetime) -> int:
    """Tell owners and followers of the moves that their schemes mark; return how many notices that made.

    Part of the caller's transaction, so that a move and the word of it appear together. Who made the move by hand,
    `by_user`, is not told. Who comes into a class twice on one day is told of once.
    """
    rows = [one._asdict() for one in moves]
    return _tell(GIVEN, {"moves": json.dumps(rows), "silent": [], "by": by_user}, at) if rows else 0


def tell_of_moves_in(*, relation: str, silent: Sequence[int], at: datetime) -> int:
    """Tell of the moves in a relation of customer_id, track, class_id, enters; of one person and class in one row.

    `silent` are schemes in which everybody is new: that they sort customers for the first time is no news.
    """
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"yesterday": _day(at) - timedelta(days=1)})
    return _tell(relation, {"silent": list(silent), "by": None}, at)


def _tell(relation: str, facts: dict[str, Any], at: datetime) -> int:
    noted = NOTED.format(marked=MARKED.format(moves=relation))
    statement = TELL.format(noted=noted, give=giving_statement(rows=ROWS.format(audience=AUDIENCE)))
    with connection.cursor() as cursor:
        cursor.execute(statement, {**facts, "kind": MOVED, "day": _day(at), "at": at.isoformat()})
        return int(cursor.rowcount)


def tell_owners(*, at: datetime) -> int:
    """Tell the owners of customers whose moves wait for a person, each move once; return how many were told of.

    Owners, and who may decide, get a notice that leads to what waits. Part of the caller's transaction, so that a move
    that waits and the word of it appear together.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNTOLD, {"at": at})
        rows = cursor.fetchall()
    by_owner: dict[int | None, list[list[int | None]]] = {}
    for owner_id, *move in sorted(rows, key=lambda row: (row[0] or 0, *row[1:3], row[3] or 0, row[4] or 0)):
        by_owner.setdefault(owner_id, []).append(move)
    for owner_id, moves in by_owner.items():
        for start in range(0, len(moves), MOST):
            record(event=MovesAwaitApproval(owner_id, moves[start : start + MOST]), by=SYSTEM)
    if rows:
        _say_what_waits(rows, at)
    return len(rows)


def _say_what_waits(rows: Sequence[tuple[int | None, int, int, int | None, int | None]], at: datetime) -> None:
    """Give owners and who may decide one notice for each scheme, with the number of moves that wait."""
    holders = [(actor.id, owner_ids(actor)) for actor in list_holders(permission=permissions.APPROVE)]
    told: Counter[tuple[int, int]] = Counter()
    of: dict[tuple[int, int], int] = {}
    for owner_id, customer_id, scheme_id, *_classes in rows:
        deciders = {one for one, owners in holders if one is not None and (owners is None or owner_id in owners)}
        for user_id in deciders | ({owner_id} if owner_id else set()):
            told[user_id, scheme_id] += 1
            of[user_id, scheme_id] = customer_id
    day = _day(at)
    new = [
        NewNotice(user_id, WAITS, f"waits:{scheme_id}:{day}", of[user_id, scheme_id] if count == 1 else None,
                  {"scheme": scheme_id, "count": count})
        for (user_id, scheme_id), count in sorted(told.items())
    ]  # fmt: skip
    add_to_notices(new=new, at=at)


def _day(at: datetime) -> date:
    return local_day(at, get_organisation().time_zone)
