"""The shapes of customers in the API."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from zhike.api.public import Input
from zhike.customers.contacts.queries import list_contacts
from zhike.customers.custom_fields.answers import SHAPES, custom_out
from zhike.customers.models import Customer
from zhike.kit.actor import Actor


class ContactPointOut(Schema):
    """`value` is masked unless it was revealed."""

    id: int
    kind: str
    value: str
    label: str
    primary: bool


class AddressOut(Schema):
    country: str = Field(description="ISO 3166-1 alpha-2")
    division: str = Field(description="GB/T 2260 code, the finest known")
    line: str
    postcode: str


class ExternalIdOut(Schema):
    source: str
    value: str


class CustomerOut(Schema):
    """A customer with everything of the profile."""

    id: int
    kind: str
    name: str
    gender: str
    birthday: date | None
    industry: str
    employees: int | None
    country: str
    province: str
    city: str
    district: str
    tags: list[str]
    source: str
    owner: int | None = Field(description="User id")
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    fields: dict[str, Any] = Field(description=SHAPES)
    contact_points: list[ContactPointOut]
    addresses: list[AddressOut]
    external_ids: list[ExternalIdOut]


class ExternalIdIn(Input, ExternalIdOut):
    pass


class NewContactIn(Input):
    kind: str = Field(description="phone, email, wechat, wecom or other")
    value: str = Field(max_length=320)
    label: str = Field("", max_length=60)
    primary: bool = False


class AddressIn(Input):
    """`place` may name the division in words (浙江杭州) instead of `division`; `country` is a code or a name."""

    line: str = Field("", max_length=500)
    place: str = Field("", max_length=200)
    division: str = Field("", max_length=6)
    country: str = Field("", max_length=60)
    postcode: str = Field("", max_length=20)


class CustomerFields(Input):
    """What of the profile can be set; a field that is left out stays as it is."""

    name: str | None = None
    kind: str | None = None
    gender: str | None = None
    birthday: str | None = Field(None, description="YYYY-MM-DD; empty: unknown")
    industry: str | None = None
    employees: int | None = None
    source: str | None = None
    tags: list[str] | None = None
    owner: int | None = Field(None, description="User id; null: nobody")
    fields: dict[str, Any] | None = Field(None, description=SHAPES)

    def given(self) -> dict[str, Any]:
        """Return the fields that the caller sent, null where it empties one."""
        found = self.model_dump(exclude_unset=True)
        return {("custom" if name == "fields" else name): value for name, value in found.items()}


class NewCustomer(CustomerFields):
    name: str
    kind: str = "person"
    contact_points: list[NewContactIn] = Field(default_factory=list, max_length=50)
    address: AddressIn | None = None
    external_ids: list[ExternalIdIn] = Field(default_factory=list, max_length=20)
    despite_look_alikes: bool = Field(False, description="Create although another customer has the phone or e-mail")


def customer_out(
    customer: Customer, *, values: dict[int, str] | None = None, reveal_by: Actor | None = None
) -> dict[str, Any]:
    """Return a customer in the shape of CustomerOut; `values` are revealed contact points by id."""
    plain = {name: getattr(customer, name) for name in CustomerOut.model_fields if hasattr(Customer, name)}
    points = list_contacts(customer_id=customer.id)
    return {
        **plain,
        "owner": customer.owner_id,
        "fields": custom_out(customer, reveal_by=reveal_by),
        "contact_points": [
            {"id": one.id, "kind": one.kind, "value": (values or {}).get(one.id, one.masked), "label": one.label,
             "primary": one.primary}
            for one in points
        ],
        "addresses": list(customer.addresses.order_by("-primary", "id")[:20]),
        "external_ids": list(customer.external_ids.order_by("id")[:50]),
    }  # fmt: skip
