from datetime import datetime

from django.db import transaction

from zhike.customers.errors import FollowsNobody
from zhike.customers.models import Following
from zhike.customers.rights import get_customer
from zhike.kit.actor import Actor


@transaction.atomic
def follow_customer(*, customer_id: int, by: Actor, at: datetime) -> None:
    """Have the actor told what happens with a customer. Any number at once make one row.

    :raises NoSuchCustomer: if the customer is not the actor's to see. :raises FollowsNobody: for the system.
    """
    get_customer(customer_id=customer_id, actor=by)
    if by.id is None:
        raise FollowsNobody
    new = Following(user_id=by.id, customer_id=customer_id, since=at)
    Following.objects.bulk_create([new], ignore_conflicts=True)


@transaction.atomic
def unfollow_customer(*, customer_id: int, by: Actor) -> None:
    """Tell the actor no longer. What they were told stays.

    :raises NoSuchCustomer: if the customer is not the actor's to see.
    """
    get_customer(customer_id=customer_id, actor=by)
    Following.objects.filter(user_id=by.id or 0, customer_id=customer_id).delete()
