from datetime import datetime

from django.db import transaction

from zhike.customers.errors import FollowsNobody
from zhike.customers.models import Following
from zhike.customers.rights import get_customer
from zhike.kit.actor import Actor


@transaction.atomic
def follow_customer(*, customer_id: int, by: Actor, at: datetime) -> bool:
    """Have the actor told what happens with a customer; return whether that is new. Any number at once make one row.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises FollowsNobody: for the system.
    """
    get_customer(customer_id=customer_id, actor=by)
    if by.id is None:
        raise FollowsNobody
    before = Following.objects.filter(user_id=by.id, customer_id=customer_id).exists()
    new = Following(user_id=by.id, customer_id=customer_id, since=at)
    Following.objects.bulk_create([new], ignore_conflicts=True)
    return not before


@transaction.atomic
def unfollow_customer(*, customer_id: int, by: Actor) -> bool:
    """Tell the actor no longer; return whether they followed. What they were told stays.

    :raises NoSuchCustomer: if the customer is not the actor's to see.
    """
    get_customer(customer_id=customer_id, actor=by)
    count, _ = Following.objects.filter(user_id=by.id or 0, customer_id=customer_id).delete()
    return bool(count)
