"""Sums over many customers, kept: either until the next run, or shown as of when they were made while new ones are."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.core.cache import cache
from django.db import connection

from zhike.accounts.public import owner_ids
from zhike.audit.public import last_entry_id
from zhike.classification.assignments.queries import get_last_run
from zhike.kit.actor import Actor

LARGE = 20_000  # customers; below, counting anew takes a moment
KEPT = 3600  # seconds
SHARE = 20  # counting takes at most a twentieth of the time, however often somebody looks
OLD = timedelta(minutes=5)  # counted anew after it whatever happened
PATIENCE = 60  # seconds for which one reader's counting keeps others from counting the same


@dataclass(frozen=True, slots=True)
class Kept[T]:
    """Sums and when they were made (None: just now).

    `again`: in how many seconds to ask anew, None where nothing has changed since.
    """

    found: T
    at: datetime | None
    again: int | None = None


def remember[T](name: str, actor: Actor, compute: Callable[[], T]) -> T:
    """Return what `compute` gives, or gave since the last run to somebody who may see the same customers."""
    run = get_last_run()
    if run is None or run.customers < LARGE:
        return compute()
    key = f"classes:{run.id}:{name}:{_whose(actor)}".replace(" ", "_")
    found: T | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, KEPT)
    return found


def recall[T](name: str, actor: Actor, compute: Callable[[], T], *, at: datetime, fresh: bool) -> Kept[T] | None:
    """Return what `compute` gives; among very many customers what it gave last, and None where nobody has asked yet.

    `fresh`: compute now if anything has changed since, unless that was a moment ago or another reader is at it.
    """
    if not _are_many():
        return Kept(compute(), None)
    key, mark = f"classes:{name}:{_whose(actor)}", _mark()
    held: tuple[T, datetime, float, str] | None = cache.get(key)
    if fresh and _is_due(held, mark, at) and cache.add(f"{key}:counting", True, PATIENCE):
        began = monotonic()
        try:
            held = (compute(), at, monotonic() - began, mark)
            cache.set(key, held, KEPT)
        finally:
            cache.delete(f"{key}:counting")
    if held is None:
        return None
    found, made, seconds, known = held
    if known == mark and at - made < OLD:
        return Kept(found, made)
    wait = made + timedelta(seconds=seconds * SHARE) - at
    return Kept(found, made, max(0 if not fresh else 2, round(wait.total_seconds())))


def _is_due(held: tuple[object, datetime, float, str] | None, mark: str, at: datetime) -> bool:
    if held is None:
        return True
    _found, made, seconds, known = held
    return (known != mark or at - made >= OLD) and at - made >= timedelta(seconds=seconds * SHARE)


def _are_many() -> bool:
    """Tell by PostgreSQL's own estimate whether counting takes more than a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'customers_listing'::regclass")
        return bool(cursor.fetchone()[0] >= LARGE)


def _mark() -> str:
    """Return what differs once anything has changed: runs that moved nobody are not recorded, all else is."""
    run = get_last_run()
    return f"{run.id if run else 0}:{last_entry_id()}"


def _whose(actor: Actor) -> str:
    owners = owner_ids(actor)
    return "all" if owners is None else hashlib.sha256(repr(sorted(owners)).encode()).hexdigest()[:16]
