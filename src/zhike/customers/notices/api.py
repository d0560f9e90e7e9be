from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Schema

from zhike.accounts.public import needs
from zhike.api.public import Input, PageOf, Paging, page_answer
from zhike.customers.notices import actions, queries
from zhike.customers.rights import VIEW
from zhike.customers.routing import router
from zhike.kit.paging import Page


class NoticeOut(Schema):
    """Something that the person was told, in the language of the request. `facts` is what it was worded from."""

    id: int
    kind: str
    text: str
    note: str
    leads_to: str
    customer_id: int | None
    facts: dict[str, Any]
    at: datetime
    read_at: datetime | None


class ReadIn(Input):
    """`until`: the id of the newest notice that was seen; those up to it are read."""

    until: int


class ReadOut(Schema):
    read: int


@router.get("/notices", response=PageOf[NoticeOut], summary="What I was told")
@needs(VIEW)
def notices(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The newest first. Notices of customers who are not the caller's to see any more are left out."""
    page = queries.list_notices(actor=request.actor, after=paging.after, limit=paging.limit)
    return page_answer(Page([_shown(one) for one in page.rows], page.next))


@router.post("/notices/read", response=ReadOut, summary="Mark notices as read")
@needs(VIEW)
def read(request: HttpRequest, body: ReadIn) -> Any:
    return {"read": actions.read_all_notices(until=body.until, by=request.actor, at=now())}


def _shown(told: queries.Told) -> dict[str, Any]:
    notice, words = told.notice, told.words
    return {
        "id": notice.id,
        "kind": notice.kind,
        "text": str(words.text),
        "note": str(words.note),
        "leads_to": words.url,
        "customer_id": notice.customer_id,
        "facts": notice.facts,
        "at": notice.at,
        "read_at": notice.read_at,
    }
