from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from zhike.accounts.public import read_models
from zhike.customers.contacts.actions import NewContact
from zhike.customers.contacts.rules import masked_contact, normal_contact
from zhike.customers.models import ContactPoint


def count_look_alikes(contacts: Sequence[NewContact]) -> int:
    """Return how many customers, whosever they are, have one of these phones or e-mails."""
    return len(look_alike_ids(contacts))


def look_alike_ids(contacts: Sequence[NewContact]) -> set[int]:
    """Return the ids of the customers that have one of these phones or e-mails, whosever they are."""
    same = Q()
    for one in contacts:
        if one.kind in {"phone", "email"} and (normal := normal_contact(one.kind, one.value, one.country)):
            same |= Q(kind=one.kind, normal=normal)
    return set(ContactPoint.objects.filter(same).values_list("customer_id", flat=True)[:100]) if same else set()


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact point as a page shows it: masked."""

    id: int
    kind: str
    masked: str
    label: str
    primary: bool
    icon: str


OF_CUSTOMER = """
SELECT * FROM customers_contactpoint WHERE customer_id = %s ORDER BY "primary" DESC, kind, id LIMIT 50
"""
ICONS = {"phone": "phone", "email": "mail", "wechat": "brand-wechat", "wecom": "brand-wechat", "other": "at"}


def list_contacts(*, customer_id: int) -> list[ContactLine]:
    """Return a customer's contact points, masked, the primary ones first."""
    points = read_models(ContactPoint, OF_CUSTOMER, [customer_id])
    return [
        ContactLine(one.id, one.kind, masked_contact(one.kind, one.value), one.label, one.primary, ICONS[one.kind])
        for one in points
    ]
