"""Customers come into being, change, and go to the archive."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zhike.accounts.public import User, get_organisation, owner_ids
from zhike.audit.public import record
from zhike.customers.contacts.actions import NewAddress, NewContact, put_address, put_contact
from zhike.customers.contacts.queries import count_look_alikes
from zhike.customers.custom_fields.indexes import unique_values
from zhike.customers.custom_fields.rules import Definition, Value
from zhike.customers.custom_fields.values import changed_values, clean_custom
from zhike.customers.errors import AlreadyArchived, ExternalIdTaken, LookAlikes, NoSuchOwner, NotArchived
from zhike.customers.events import CustomerArchived, CustomerChanged, CustomerCreated, CustomerRestored
from zhike.customers.listing.actions import refresh_listing_of
from zhike.customers.models import Customer, ExternalId
from zhike.customers.names.rules import initials_of, pinyin_of
from zhike.customers.profile.rules import clean_fields, clean_text
from zhike.customers.reactions import react_to_change
from zhike.customers.rights import get_customer
from zhike.kit.actor import Actor, Scope
from zhike.kit.clock import local_day


@transaction.atomic
def create_customer(
    *,
    name: str,
    kind: str = "person",
    by: Actor,
    at: datetime,
    contacts: Sequence[NewContact] = (),
    address: NewAddress | None = None,
    external_ids: Mapping[str, str] | None = None,
    custom: Mapping[str, object] | None = None,
    despite_look_alikes: bool = True,
    **fields: Any,
) -> Customer:
    """Make a customer; whoever makes one owns it unless `owner` says otherwise.

    `fields` are those of `profile.rules.FIELDS`; `external_ids` maps source → value; `custom` holds the custom fields
    by key, and with it, even empty, required ones must be there.

    :raises LookAlikes: if another customer has the same phone or e-mail, unless `despite_look_alikes`.
    :raises ExternalIdTaken: if an external id belongs to another customer.
    :raises Invalid: if a field does not fit. :raises FieldTaken: if a unique value is another customer's.
    """
    clean = clean_fields({"name": name, "kind": kind, **fields}, today=_today(at))
    owner_id = check_can_own(clean.pop("owner", None), by=by) if "owner" in fields else user_id_of(by)
    if not despite_look_alikes and (count := count_look_alikes(contacts)):
        raise LookAlikes(count=count)
    values, touched = _custom(custom, kind=str(clean["kind"]), by=by, at=at)
    with unique_values(touched, values):
        customer = Customer.objects.create(
            **clean,
            owner_id=owner_id,
            name_pinyin=pinyin_of(str(clean["name"])),
            name_initials=initials_of(str(clean["name"])),
            custom=values,
            created_by_id=user_id_of(by),
            created_at=at,
            updated_at=at,
        )
    for one in contacts:
        put_contact(customer=customer, new=one)
    if address:
        put_address(customer=customer, new=address)
    for source, value in (external_ids or {}).items():
        put_external_id(customer=customer, source=source, value=value)
    refresh_listing_of(customer_id=customer.id)
    record(event=CustomerCreated(customer.id, customer.name), by=by)
    react_to_change(customer_id=customer.id)
    return customer


@transaction.atomic
def change_customer(*, customer_id: int, by: Actor, at: datetime, **fields: Any) -> Customer:
    """Set some of the fields of `profile.rules.FIELDS`; what is equal already is no change and records nothing.

    `custom` holds custom fields by key, None to empty one; those that are left out stay.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises AlreadyArchived: if archived.
    :raises NoSuchOwner: if `owner` (a user id or None) is not among those the actor may hand customers to.
    :raises Invalid: if a field does not fit. :raises FieldTaken: if a unique value is another customer's.
    """
    customer = _locked(customer_id, by)
    if customer.archived_at:
        raise AlreadyArchived(name=customer.name)
    custom = fields.pop("custom", None)
    clean = clean_fields(fields, today=_today(at))
    touched: Sequence[Definition] = ()
    if custom:
        kind = str(clean.get("kind", customer.kind))
        clean["custom"], touched = clean_custom(custom, held=customer.custom, kind=kind, by=by, today=_today(at))
    if "owner" in clean:
        clean["owner_id"] = check_can_own(clean.pop("owner"), by=by)
    before = {key: getattr(customer, key) for key, value in clean.items() if getattr(customer, key) != value}
    if not before:
        return customer
    after = {key: clean[key] for key in before}
    for key, value in after.items():
        setattr(customer, key, value)
    customer.name_pinyin, customer.name_initials = pinyin_of(customer.name), initials_of(customer.name)
    customer.updated_at = at
    with unique_values(touched, customer.custom):
        customer.save(update_fields=[*after, "name_pinyin", "name_initials", "updated_at"])
    refresh_listing_of(customer_id=customer.id)
    record(event=CustomerChanged(customer_id, *changed_values(touched, before, after)), by=by)
    react_to_change(customer_id=customer_id)
    return customer


@transaction.atomic
def archive_customer(*, customer_id: int, by: Actor, at: datetime) -> Customer:
    """Put a customer away: no longer listed, found or classified anew; nothing is lost.

    :raises AlreadyArchived: if it is.
    """
    customer = _locked(customer_id, by)
    if customer.archived_at:
        raise AlreadyArchived(name=customer.name)
    customer.archived_at = customer.updated_at = at
    customer.save(update_fields=["archived_at", "updated_at"])
    refresh_listing_of(customer_id=customer.id)
    record(event=CustomerArchived(customer.id, customer.name), by=by)
    return customer


@transaction.atomic
def restore_customer(*, customer_id: int, by: Actor, at: datetime) -> Customer:
    """Bring a customer back from the archive. :raises NotArchived: if it is not there."""
    customer = _locked(customer_id, by)
    if not customer.archived_at:
        raise NotArchived(name=customer.name)
    customer.archived_at, customer.updated_at = None, at
    customer.save(update_fields=["archived_at", "updated_at"])
    refresh_listing_of(customer_id=customer.id)
    record(event=CustomerRestored(customer.id, customer.name), by=by)
    return customer


def put_external_id(*, customer: Customer, source: str, value: str) -> None:
    """Give a customer the number by which another system knows it, once per source and value.

    :raises ExternalIdTaken: if another customer has it.
    """
    source, value = clean_text(source, field="source", limit=100), clean_text(value, field="external_id", limit=200)
    ExternalId.objects.bulk_create([ExternalId(customer=customer, source=source, value=value)], ignore_conflicts=True)
    if not customer.external_ids.filter(source=source, value=value).exists():
        raise ExternalIdTaken(source=source, value=value)


def user_id_of(by: Actor) -> int | None:
    """Return the person behind an actor; None for the system."""
    return by.id if by.kind != "system" else None


def check_can_own(owner_id: object, *, by: Actor) -> int | None:
    """Return the id of a person to whom the actor may hand customers; None takes the owner away (scope all only).

    :raises NoSuchOwner: if there is no such active person within the actor's reach.
    """
    reach = owner_ids(by)
    if owner_id in (None, "", "none"):
        if by.scope is Scope.ALL:
            return None
        raise NoSuchOwner
    people = User.objects.filter(is_active=True)
    found = (
        people.filter(id=int(str(owner_id))).values_list("id", flat=True).first() if str(owner_id).isdecimal() else None
    )
    if found is None or (reach is not None and found not in reach):
        raise NoSuchOwner
    return int(found)


def _custom(
    given: Mapping[str, object] | None, *, kind: str, by: Actor, at: datetime
) -> tuple[dict[str, Value], Sequence[Definition]]:
    """Return the custom values of a new customer; None: nobody was asked for them."""
    if given is None:
        return {}, ()
    return clean_custom(given, held={}, kind=kind, by=by, today=_today(at), complete=True)


def _locked(customer_id: int, by: Actor) -> Customer:
    get_customer(customer_id=customer_id, actor=by)
    return Customer.objects.select_for_update().get(id=customer_id)


def _today(at: datetime) -> date:
    return local_day(at, get_organisation().time_zone)
