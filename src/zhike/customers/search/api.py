from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from zhike.accounts.public import needs
from zhike.customers.listing.api import ListedCustomer
from zhike.customers.rights import VIEW
from zhike.customers.routing import router
from zhike.customers.search.queries import LONGEST, find_customers


class Asked(Schema):
    q: str = Field(max_length=LONGEST, description="Name, pinyin, initials, phone, e-mail or number")
    limit: int = Field(20, ge=1, le=50)


@router.get("/search", response=list[ListedCustomer], by_alias=False, summary="Find customers")
@needs(VIEW)
def search(request: HttpRequest, asked: Query[Asked]) -> Any:
    """The most valuable first; nothing typed finds nothing."""
    if not asked.q.strip():
        return []
    return find_customers(text=asked.q, actor=request.actor, limit=asked.limit)
