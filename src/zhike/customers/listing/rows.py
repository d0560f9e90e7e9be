from datetime import date, datetime
from typing import NamedTuple

from django.db.models import QuerySet

from zhike.accounts.public import get_organisation
from zhike.customers.models import Listing


class Row(NamedTuple):
    """A customer as a list shows one. `value` is in minor units of the organisation's currency."""

    customer_id: int
    kind: str
    name: str
    country: str
    province: str
    city: str
    owner_id: int | None
    owner_name: str | None
    tags: list[str]
    classes: list[int]
    value: int
    frequency: int
    last_purchase: date | None
    created_at: datetime
    archived: bool
    name_pinyin: str
    currency: str  # of `value`


ROW_FIELDS = [name if name != "owner_name" else "owner__name" for name in Row._fields if name != "currency"]


def read_rows(rows: QuerySet[Listing], *, currency: str = "") -> list[Row]:
    """Return listing rows in one query; `currency` is the organisation's, looked up unless it is given."""
    currency = currency or get_organisation().currency
    return [Row._make((*one, currency)) for one in rows.values_list(*ROW_FIELDS)]
