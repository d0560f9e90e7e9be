from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Query, Schema, Status

from zhike.accounts.public import needs
from zhike.api.public import Input, Instant, PageOf, Paging
from zhike.customers.activity import actions
from zhike.customers.activity.queries import list_notes, list_timeline
from zhike.customers.rights import CHANGE, VIEW
from zhike.customers.routing import router
from zhike.kit.text import tidy


class TimelineOut(Schema):
    """One entry: a fact, or neighbouring facts of one thing. `amount` is in minor units of `currency`."""

    kind: str
    occurred_at: datetime
    text: str
    note: str
    refers_kind: str
    refers_id: int | None
    facts: int
    amount: int | None
    currency: str


class NoteIn(Input):
    text: str


class NoteOut(Schema):
    id: int
    text: str
    by: int | None = Field(alias="by_id")
    at: datetime


class FactIn(Input):
    """One thing that happened. `source_key` makes it safe to send again; `amount` is in minor units of `currency`."""

    kind: str = Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")
    occurred_at: Instant
    source_key: str = Field(min_length=1, max_length=300)
    channel: str = Field("", max_length=40)
    amount: int | None = Field(None, ge=-(2**63), lt=2**63)
    currency: str = Field("", max_length=3)
    quantity: Decimal | None = Field(None, max_digits=20, decimal_places=6)
    attrs: dict[str, Any] | None = None


class FactOut(Schema):
    id: int
    kind: str
    occurred_at: datetime
    source_key: str


@router.get("/customers/{int:customer_id}/timeline", response=PageOf[TimelineOut], summary="A customer's timeline")
@needs(VIEW, customer="customer_id")
def timeline(request: HttpRequest, customer_id: int, paging: Query[Paging], kind: str = "") -> Any:
    page = list_timeline(customer_id=customer_id, kind=tidy(kind)[:40], after=paging.after, limit=paging.limit)
    rows = [
        {
            "kind": line.entry.kind,
            "occurred_at": line.entry.occurred_at,
            "text": " ".join(part for part in (str(line.said.text), line.said.link) if part),
            "note": line.said.note,
            "refers_kind": line.entry.refers_kind,
            "refers_id": line.entry.refers_id,
            "facts": line.entry.count,
            "amount": line.entry.amount,
            "currency": line.entry.currency,
        }
        for line in page.rows
    ]
    return {"rows": rows, "next": page.next or None}


@router.get("/customers/{int:customer_id}/notes", response=list[NoteOut], by_alias=False, summary="The latest notes")
@needs(VIEW, customer="customer_id")
def notes(request: HttpRequest, customer_id: int) -> Any:
    return list_notes(customer_id=customer_id)


@router.post("/customers/{int:customer_id}/notes", response={201: NoteOut}, by_alias=False, summary="Write a note")
@needs(CHANGE, customer="customer_id")
def write_note(request: HttpRequest, customer_id: int, body: NoteIn) -> Any:
    return Status(201, actions.add_note(customer_id=customer_id, text=body.text, by=request.actor, at=now()))


@router.post("/customers/{int:customer_id}/facts", response={201: FactOut}, summary="Write down what happened")
@needs(CHANGE, customer="customer_id")
def add_fact(request: HttpRequest, customer_id: int, body: FactIn) -> Any:
    """A fact whose key is known is answered as it is and changes nothing. A moment without a zone is UTC."""
    fact = actions.report_fact(customer_id=customer_id, by=request.actor, at=now(), **body.model_dump())
    return Status(201, fact)
