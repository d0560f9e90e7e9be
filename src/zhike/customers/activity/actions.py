from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection, transaction

from zhike.audit.public import prepared_cursor, record
from zhike.customers.errors import BadValue, NoteEmpty, SourceKeyNeeded, SourceKeyTaken, TooLong
from zhike.customers.events import FactAdded, NoteAdded
from zhike.customers.models import Fact, Note
from zhike.customers.reactions import react_to_change
from zhike.customers.rights import get_customer
from zhike.kit.actor import Actor
from zhike.kit.money import currencies
from zhike.kit.text import tidy

NOTE_LENGTH = 5000
FACT_COLUMNS = (
    "customer_id, kind, occurred_at, channel, amount, currency, quantity, refers_kind, refers_id, attrs, source_key"
)
KEEP = """
INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency, quantity,
  refers_kind, refers_id, attrs, source_key)
VALUES (%(customer_id)s, %(kind)s, %(occurred_at)s, %(received_at)s, %(channel)s, %(amount)s, %(currency)s,
  %(quantity)s, %(refers_kind)s, %(refers_id)s, %(attrs)s, %(source_key)s)
ON CONFLICT (source_key) DO NOTHING RETURNING id"""


@transaction.atomic
def add_fact(
    *,
    customer_id: int,
    kind: str,
    occurred_at: datetime,
    source_key: str,
    by: Actor,
    at: datetime,
    channel: str = "",
    amount: int | None = None,
    currency: str = "",
    quantity: Decimal | None = None,
    refers_kind: str = "",
    refers_id: int | None = None,
    attrs: dict[str, object] | None = None,
) -> Fact:
    """Write down one thing that happened, once per source key; return the fact, also when it was known.

    `amount` is in minor units of `currency`.

    :raises SourceKeyNeeded: if the key is empty.
    """
    if not source_key:
        raise SourceKeyNeeded
    fact = Fact(
        customer_id=customer_id,
        kind=kind,
        occurred_at=occurred_at,
        received_at=at,
        channel=channel,
        amount=amount,
        currency=currency,
        quantity=quantity,
        refers_kind=refers_kind,
        refers_id=refers_id,
        attrs=attrs,
        source_key=source_key,
    )
    if not _keep(fact):
        return Fact.objects.get(source_key=source_key)
    record(event=FactAdded(customer_id, fact.id, kind), by=by)
    react_to_change(customer_id=customer_id)
    return fact


def _keep(fact: Fact) -> bool:
    """Write a fact down, in one question and no savepoint; False where its source key is known."""
    fields = Fact._meta.concrete_fields
    given = {one.attname: one.get_db_prep_save(getattr(fact, one.attname), connection) for one in fields}
    with prepared_cursor() as cursor:
        cursor.execute(KEEP, given)
        row = cursor.fetchone()
    if row is None:
        return False
    fact.id, fact._state.adding, fact._state.db = row[0], False, connection.alias
    return True


@transaction.atomic
def report_fact(*, customer_id: int, kind: str, occurred_at: datetime, by: Actor, at: datetime, **parts: Any) -> Fact:
    """Write down what a caller from outside tells, as `add_fact` does; a moment without a zone is UTC.

    :raises SourceKeyTaken: if the key belongs to a fact of another customer, so that nothing of that one is told.
    :raises BadValue: if the currency is unknown or missing beside an amount, the year is none of our time, or the
        attributes hold what the database cannot.
    """
    if not 1900 <= occurred_at.year <= 2100:
        raise BadValue(field="occurred_at", value=occurred_at)
    if b"\\u0000" in orjson.dumps(parts.get("attrs"), default=str):
        raise BadValue(field="attrs", value="\\u0000")
    parts |= {"source_key": tidy(parts["source_key"]), "channel": tidy(parts.get("channel", ""))}
    currency = parts.get("currency", "")
    if (currency and currency not in currencies()) or (parts.get("amount") is not None and not currency):
        raise BadValue(field="currency", value=currency)
    moment = (occurred_at if occurred_at.tzinfo else occurred_at.replace(tzinfo=UTC)).astimezone(UTC)
    fact = add_fact(customer_id=customer_id, kind=kind, occurred_at=moment, by=by, at=at, **parts)
    if fact.customer_id != customer_id:
        raise SourceKeyTaken(key=fact.source_key)
    return fact


def add_facts_from(*, select: str, params: Sequence[Any] = ()) -> int:
    """Write down what a SELECT gives, set-based, each source key once; return how many were new.

    The SELECT gives FACT_COLUMNS in that order; `quantity`, `amount`, `refers_id` and `attrs` may be NULL. Call it in
    the transaction of what the facts tell of. Nothing is recorded per fact: the caller's own event tells of the whole.
    """
    with connection.cursor() as cursor:
        # The columns are a constant of ours and the SELECT is the calling room's own text, values bound.
        cursor.execute(
            f"INSERT INTO customers_fact ({FACT_COLUMNS}) {select} ON CONFLICT (source_key) DO NOTHING",
            list(params) or None,
        )
        return int(cursor.rowcount)


@transaction.atomic
def add_note(*, customer_id: int, text: str, by: Actor, at: datetime) -> Note:
    """Write something down about a customer; it stands on the timeline.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises TooLong: past 5,000 characters.

    :raises NoteEmpty: if there is nothing to keep.
    """
    customer = get_customer(customer_id=customer_id, actor=by)
    kept = "\n".join(tidy(line) for line in text.splitlines()).strip()
    if len(kept) > NOTE_LENGTH:
        raise TooLong(field="text", length=len(kept), limit=NOTE_LENGTH)
    if not kept:
        raise NoteEmpty
    note = Note.objects.create(customer=customer, text=kept, by_id=by.id, at=at)
    Fact.objects.create(
        customer=customer,
        kind="note",
        occurred_at=at,
        received_at=at,
        attrs={"text": kept, "by": by.name},
        source_key=f"note:{note.id}",
    )
    record(event=NoteAdded(customer_id, note.id), by=by)
    react_to_change(customer_id=customer_id)
    return note
