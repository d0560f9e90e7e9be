from collections.abc import Sequence

from django.db.models import Q

from zhike.customers.contacts.actions import NewContact
from zhike.customers.contacts.rules import normal_contact
from zhike.customers.models import ContactPoint


def count_look_alikes(contacts: Sequence[NewContact], *, besides: int | None = None) -> int:
    """Return how many customers, whosever they are, have one of these phones or e-mails."""
    same = Q()
    for one in contacts:
        if one.kind in {"phone", "email"} and (normal := normal_contact(one.kind, one.value, one.country)):
            same |= Q(kind=one.kind, normal=normal)
    if not same:
        return 0
    return ContactPoint.objects.filter(same).exclude(customer_id=besides).values("customer_id").distinct().count()
