from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from zhike.accounts.public import needs
from zhike.api.public import PageOf, Paging, page_answer
from zhike.customers.listing.filters import read_filters
from zhike.customers.listing.queries import count_customers, list_customers
from zhike.customers.rights import VIEW
from zhike.customers.routing import router


class ListedCustomer(Schema):
    """A customer as the list shows one. `value` is the net amount of 365 days in minor units of `currency`."""

    id: int = Field(alias="customer_id")
    kind: str
    name: str
    country: str
    province: str
    city: str
    owner: int | None = Field(alias="owner_id")
    tags: list[str]
    classes: list[int]
    value: int
    currency: str
    frequency: int
    last_purchase: date | None
    created_at: datetime


class CountOut(Schema):
    """`exact` is false for an estimate: more than 1,000 are not counted one by one."""

    count: int = Field(alias="number")
    exact: bool


class ListFilters(Schema):
    """Every filter of the list is a parameter too, and may be repeated: kind, owner, tag, province, city, class, …"""

    q: str = Field("", max_length=100, description="Name or part of it, pinyin, initials, phone, e-mail or number")
    sort: str = Field("-value", description="value, name, created or last_purchase; - for descending")
    archived: bool = False


@router.get("/customers", response=PageOf[ListedCustomer], by_alias=False, summary="List customers")
@needs(VIEW)
def customers(request: HttpRequest, paging: Query[Paging], filters: Query[ListFilters]) -> Any:
    """Only customers that the caller may see. Filters are those of the page, in the same parameters."""
    chosen = read_filters(request.GET)
    return page_answer(list_customers(actor=request.actor, filters=chosen, after=paging.after, limit=paging.limit))


@router.get("/customers/count", response=CountOut, by_alias=False, summary="Count customers")
@needs(VIEW)
def count(request: HttpRequest, filters: Query[ListFilters]) -> Any:
    return count_customers(actor=request.actor, filters=read_filters(request.GET))
