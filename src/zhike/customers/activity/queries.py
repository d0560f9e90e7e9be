"""A customer's timeline, newest first, by key."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Note
from zhike.customers.registries import Entry, FactKind, Said, fact_kinds
from zhike.kit.paging import BadCursor, Page, decode_cursor, encode_cursor

ENTRIES = 20
CHUNK = 150  # facts read at once while entries are put together
LATEST = datetime.max.replace(tzinfo=UTC)
FACTS = """
SELECT id, kind, occurred_at, refers_kind, refers_id, amount, currency, attrs FROM customers_fact
WHERE customer_id = %(customer)s AND (%(kind)s = '' OR kind = %(kind)s)
  AND occurred_at <= %(at)s AND (occurred_at < %(at)s OR id < %(fact)s)
ORDER BY occurred_at DESC, id DESC LIMIT %(most)s
"""
OLDER = """
SELECT count(*), min(occurred_at) FROM customers_fact
WHERE customer_id = %(customer)s AND (%(kind)s = '' OR kind = %(kind)s)
  AND occurred_at <= %(at)s AND (occurred_at < %(at)s OR id < %(fact)s)
"""
CHANNELS = """
SELECT DISTINCT channel FROM (SELECT channel FROM customers_fact ORDER BY id DESC LIMIT %s) latest
WHERE channel <> '' ORDER BY channel
"""
TOLD = 12  # facts of an entry whose attributes are told


class Brief(NamedTuple):
    id: int
    kind: str
    occurred_at: datetime
    refers_kind: str
    refers_id: int | None
    amount: int | None
    currency: str
    attrs: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """An entry in words, with the icon of its kind."""

    entry: Entry
    said: Said
    icon: str

    @property
    def at(self) -> datetime:
        return self.entry.occurred_at

    @property
    def amount(self) -> int | None:
        return self.entry.amount

    @property
    def currency(self) -> str:
        return self.entry.currency


def list_timeline(*, customer_id: int, kind: str = "", after: str = "", limit: int = ENTRIES) -> Page[TimelineLine]:
    """Return a page of a customer's timeline, only one kind of facts if given. One query, and one per kind shown.

    :raises BadCursor: if `after` is damaged.
    """
    runs: list[list[Brief]] = []
    is_more = False
    for fact in _read(customer_id, kind, after):
        if runs and _belongs(fact, runs[-1][-1]):
            runs[-1].append(fact)
        elif len(runs) == limit:
            is_more = True
            break
        else:
            runs.append([fact])
    entries = [_entry(run) for run in runs]
    last = runs[-1][-1] if is_more else None
    return Page(describe_entries(entries), next=encode_cursor(last.occurred_at, last.id) if last else "")


def count_older(*, customer_id: int, kind: str = "", after: str) -> tuple[int, datetime | None]:
    """Return how many facts lie beyond a page of the timeline, and when the first of them happened."""
    at, fact_id = _place(after)
    with connection.cursor() as cursor:
        cursor.execute(OLDER, {"customer": customer_id, "kind": kind, "at": at, "fact": fact_id})
        count, first = cursor.fetchone()
    return count, first


def describe_entries(entries: Sequence[Entry]) -> list[TimelineLine]:
    """Return entries in words, each kind's together."""
    lines: dict[int, TimelineLine] = {}
    for key in {entry.kind for entry in entries}:
        kind = fact_kinds.get(key) or FactKind(key, key, "circle", _plainly)
        places = [place for place, entry in enumerate(entries) if entry.kind == key]
        said = kind.describe([entries[place] for place in places])
        for place, one in zip(places, said, strict=True):
            lines[place] = TimelineLine(entries[place], one, kind.icon)
    return [lines[place] for place in range(len(entries))]


def list_notes(*, customer_id: int) -> list[Note]:
    """Return what colleagues wrote down, newest first."""
    return list(Note.objects.filter(customer_id=customer_id).select_related("by").order_by("-at", "-id")[:20])


def _plainly(entries: Sequence[Entry]) -> list[Said]:
    return [Said(entry.kind) for entry in entries]


def _belongs(fact: Brief, to: Brief) -> bool:
    same = (fact.kind, fact.refers_kind, fact.refers_id) == (to.kind, to.refers_kind, to.refers_id)
    return same and fact.refers_id is not None


def _read(customer_id: int, kind: str, after: str) -> Iterator[Brief]:
    """Give facts newest first, a chunk at a time, walking the index of the customer's facts."""
    at, fact_id = _place(after) if after else (LATEST, 0)
    while True:
        with connection.cursor() as cursor:
            place: dict[str, Any] = {"customer": customer_id, "kind": kind, "at": at, "fact": fact_id, "most": CHUNK}
            cursor.execute(FACTS, place)
            chunk = [Brief._make((*row, json.loads(attrs) if attrs else None)) for *row, attrs in cursor.fetchall()]
        yield from chunk
        if len(chunk) < CHUNK:
            return
        at, fact_id = chunk[-1].occurred_at, chunk[-1].id


def _place(after: str) -> tuple[datetime, int]:
    at, fact_id = decode_cursor(after, length=2)
    try:
        moment = parse_datetime(str(at))
    except ValueError as error:
        raise BadCursor from error
    if moment is None or moment.tzinfo is None or type(fact_id) is not int:
        raise BadCursor
    return moment, fact_id


def _entry(run: Sequence[Brief]) -> Entry:
    return Entry(
        kind=run[0].kind,
        refers_kind=run[0].refers_kind,
        refers_id=run[0].refers_id,
        occurred_at=run[0].occurred_at,
        count=len(run),
        amount=_sum(run),
        currency=run[0].currency,
        attrs=[fact.attrs or {} for fact in run[:TOLD]],
    )


def _sum(run: Sequence[Brief]) -> int | None:
    amounts = [fact.amount for fact in run if fact.amount is not None]
    return sum(amounts) if amounts else None


def _describe_notes(entries: Sequence[Entry]) -> list[Said]:
    return [Said(_("Note"), note=str(entry.attrs[0].get("text", ""))) for entry in entries]


def register() -> None:
    fact_kinds.add("note", FactKind("note", _("Note"), "note", _describe_notes))


def list_channels(*, among: int = 5000) -> list[str]:
    """Return the channels of the latest facts, by name."""
    with connection.cursor() as cursor:
        cursor.execute(CHANNELS, [among])
        return [channel for (channel,) in cursor.fetchall()]
