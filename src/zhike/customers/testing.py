"""For other rooms' tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from zhike.accounts.public import SYSTEM, User
from zhike.customers.contacts.actions import NewAddress, NewContact
from zhike.customers.custom_fields.actions import create_field
from zhike.customers.custom_fields.choices import read_choices
from zhike.customers.custom_fields.indexes import drop_indexes
from zhike.customers.following.actions import follow_customer
from zhike.customers.models import Customer, CustomField, FormLayout, FormSettings
from zhike.customers.notices.queries import count_unread, list_notices
from zhike.customers.profile.actions import create_customer
from zhike.customers.remembering import Remembered
from zhike.kit.actor import Actor

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def make_customer(
    name: str = "杭州云栖里数据服务有限公司",
    *,
    owner: User | None = None,
    kind: str = "company",
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    place: str = "",
    country: str = "",
    external_ids: Mapping[str, str] | None = None,
    at: datetime = NOON,
    **fields: Any,
) -> Customer:
    """Return a new customer, listed and searchable, of `owner` (None: nobody's)."""
    return create_customer(
        name=name,
        kind=kind,
        owner=owner.pk if owner else None,
        contacts=[*(NewContact("phone", one) for one in phones), *(NewContact("email", one) for one in emails)],
        address=NewAddress(place=place, country=country) if place or country else None,
        external_ids=external_ids,
        by=SYSTEM,
        at=at,
        **fields,
    )


def make_field(key: str, type: str = "text", *, at: datetime = NOON, **settings: Any) -> CustomField:
    """Return a new custom field; `choices` may be a text such as "hot=热=Hot"."""
    if isinstance(settings.get("choices"), str):
        settings["choices"] = read_choices(settings["choices"])
    return create_field(key=key, type=type, name_zh=settings.pop("name_zh", key), by=SYSTEM, at=at, **settings)


def clear_fields() -> None:
    """Take away the indexes that fields of a test without a transaction leave behind."""
    for field in CustomField.objects.all():
        drop_indexes(field)


def forget_setup() -> None:
    """Take away every field and form, as in an installation that has none yet."""
    clear_fields()
    for model in (CustomField, FormLayout, FormSettings):
        model.objects.all().delete()
    Remembered.forget_all()


def follow(customer: Customer, actor: Actor) -> None:
    """Let somebody follow a customer."""
    follow_customer(customer_id=customer.id, by=actor, at=NOON)


def notices_of(actor: Actor) -> list[tuple[str, str]]:
    """Return what a person was told and where it leads, the newest first."""
    return [(str(one.words.text), one.words.url) for one in list_notices(actor=actor).rows]


def unread_of(actor: Actor) -> int:
    """Return the number at a person's bell."""
    return count_unread(actor=actor)
