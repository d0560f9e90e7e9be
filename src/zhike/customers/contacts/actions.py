"""Contact points and addresses of a customer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.customers.contacts.rules import is_valid_contact, masked_contact, normal_contact
from zhike.customers.errors import AlreadyArchived, BadValue, ContactTaken, MayNotReveal, NoSuchDetail, NotAContact
from zhike.customers.events import ContactRevealed, CustomerChanged
from zhike.customers.listing.actions import refresh_listing_of
from zhike.customers.models import Address, ContactPoint, Customer
from zhike.customers.places.rules import country_code, divisions, find_division, split_division
from zhike.customers.profile.rules import clean_text
from zhike.customers.reactions import react_to_change
from zhike.customers.rights import REVEAL, get_customer
from zhike.kit.actor import Actor
from zhike.kit.text import tidy


@dataclass(frozen=True, slots=True)
class NewContact:
    kind: str
    value: str
    label: str = ""
    primary: bool = False
    country: str = "CN"


@dataclass(frozen=True, slots=True)
class NewAddress:
    """`place` may name the division (浙江杭州) when `division` is not known; `country` is a code or a name."""

    line: str = ""
    place: str = ""
    division: str = ""
    country: str = ""
    postcode: str = ""
    label: str = ""
    primary: bool = True


@transaction.atomic
def add_contact_point(*, customer_id: int, new: NewContact, by: Actor, at: datetime) -> ContactPoint:
    """Give a customer a phone, e-mail or other contact point; the first of its kind is the primary one.

    :raises NotAContact: if the value cannot be reached. :raises ContactTaken: if the customer has it already.
    """
    customer = _open_customer(customer_id, by)
    if not is_valid_contact(new.kind, new.value, new.country or customer.country or "CN"):
        raise NotAContact(value=tidy(new.value)[:60])
    point, is_new = put_contact(customer=customer, new=new)
    if not is_new:
        raise ContactTaken(value=masked_contact(new.kind, new.value))
    _note_change(customer, {}, {new.kind: masked_contact(new.kind, new.value)}, by, at)
    return point


@transaction.atomic
def remove_contact_point(*, customer_id: int, contact_point_id: int, by: Actor, at: datetime) -> None:
    """Take a contact point away; another of its kind becomes the primary one. :raises NoSuchDetail: if it is gone."""
    customer = _open_customer(customer_id, by)
    point = _point(customer, contact_point_id)
    masked = masked_contact(point.kind, point.value)
    point.delete()
    if point.primary and (other := customer.contact_points.filter(kind=point.kind).order_by("id").first()):
        other.primary = True
        other.save(update_fields=["primary"])
    _note_change(customer, {point.kind: masked}, {}, by, at)


@transaction.atomic
def prefer_contact_point(*, customer_id: int, contact_point_id: int, by: Actor, at: datetime) -> ContactPoint:
    """Make a contact point the primary one of its kind. :raises NoSuchDetail: if it is gone."""
    customer = _open_customer(customer_id, by)
    point = _point(customer, contact_point_id)
    if not point.primary:
        customer.contact_points.filter(kind=point.kind, primary=True).update(primary=False)
        point.primary = True
        point.save(update_fields=["primary"])
        _note_change(customer, {}, {f"{point.kind}_primary": masked_contact(point.kind, point.value)}, by, at)
    return point


@transaction.atomic
def reveal_contact_point(*, customer_id: int, contact_point_id: int, by: Actor) -> ContactPoint:
    """Return a contact point to somebody who will read it in full, and write down that they did."""
    point = _point(get_customer(customer_id=customer_id, actor=by), contact_point_id)
    record(event=ContactRevealed(customer_id, point.id, masked_contact(point.kind, point.value)), by=by)
    return point


@transaction.atomic
def reveal_contact_points(*, customer_id: int, by: Actor) -> dict[int, str]:
    """Return a customer's contact points in full, by id, and write down of each that it was looked at.

    :raises MayNotReveal: if the actor's role does not allow it.
    """
    if not by.may(REVEAL):
        raise MayNotReveal
    customer = get_customer(customer_id=customer_id, actor=by)
    points = list(customer.contact_points.order_by("id"))
    for point in points:
        record(event=ContactRevealed(customer_id, point.id, masked_contact(point.kind, point.value)), by=by)
    return {point.id: point.value for point in points}


@transaction.atomic
def set_address(*, customer_id: int, new: NewAddress, by: Actor, at: datetime) -> Address:
    """Set a customer's primary address; its division and country become the customer's region."""
    customer = _open_customer(customer_id, by)
    before = _region(customer)
    address = put_address(customer=customer, new=new)
    _note_change(customer, before, _region(customer), by, at)
    return address


def put_contact(*, customer: Customer, new: NewContact) -> tuple[ContactPoint, bool]:
    """Store a contact point unless the customer has it; return it, and whether it is new.

    :raises BadValue: if the kind is unknown, or nothing comparable is left of the value.
    """
    if new.kind not in ContactPoint.Kind.values:
        raise BadValue(field="kind", value=new.kind)
    value = clean_text(new.value, field="value", limit=320)
    normal = normal_contact(new.kind, value, new.country or customer.country or "CN")
    if not normal:
        raise NotAContact(value=value[:60])
    same_kind = customer.contact_points.filter(kind=new.kind)
    if new.primary:
        same_kind.filter(primary=True).update(primary=False)
    return ContactPoint.objects.get_or_create(
        customer=customer,
        kind=new.kind,
        normal=normal,
        defaults={
            "value": value,
            "label": tidy(new.label)[:60],
            "primary": new.primary or not same_kind.filter(primary=True).exists(),
        },
    )


def put_address(*, customer: Customer, new: NewAddress) -> Address:
    """Store an address; a primary one replaces the customer's primary address and decides the region."""
    if new.division and new.division not in divisions():
        raise BadValue(field="division", value=new.division)
    country = country_code(new.country) if new.country else ""
    if new.country and not country:
        raise BadValue(field="country", value=new.country)
    division = new.division or find_division(new.place) or find_division(new.line)
    values = {
        "country": country or ("CN" if division else ""),
        "division": division if country in {"", "CN"} else "",
        "line": tidy(new.line)[:500],
        "postcode": tidy(new.postcode)[:20],
        "label": tidy(new.label)[:60],
    }
    if not new.primary:
        return Address.objects.create(customer=customer, primary=False, **values)
    address, _ = Address.objects.update_or_create(customer=customer, primary=True, defaults=values)
    part = split_division(address.division)
    customer.country, customer.province, customer.city = address.country, part.province, part.city
    customer.district = part.district
    customer.save(update_fields=["country", "province", "city", "district"])
    return address


def _open_customer(customer_id: int, by: Actor) -> Customer:
    get_customer(customer_id=customer_id, actor=by)
    customer = Customer.objects.select_for_update().get(id=customer_id)
    if customer.archived_at:
        raise AlreadyArchived(name=customer.name)
    return customer


def _point(customer: Customer, contact_point_id: int) -> ContactPoint:
    point = customer.contact_points.filter(id=contact_point_id).first()
    if point is None:
        raise NoSuchDetail
    return point


def _region(customer: Customer) -> dict[str, object]:
    return {key: getattr(customer, key) for key in ("country", "province", "city", "district")}


def _note_change(
    customer: Customer, before: dict[str, object], after: dict[str, object], by: Actor, at: datetime
) -> None:
    customer.updated_at = at
    customer.save(update_fields=["updated_at"])
    refresh_listing_of(customer_id=customer.id)
    record(event=CustomerChanged(customer.id, before, after), by=by)
    react_to_change(customer_id=customer.id)
