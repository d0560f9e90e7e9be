from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Schema

from zhike.accounts.public import needs
from zhike.customers.following import actions
from zhike.customers.rights import VIEW, get_customer
from zhike.customers.routing import router


class FollowingOut(Schema):
    """Whether the person behind the token is told what happens with the customer."""

    following: bool


@router.get("/customers/{int:customer_id}/following", response=FollowingOut, summary="Do I follow a customer")
@needs(VIEW, customer="customer_id")
def read_following(request: HttpRequest, customer_id: int) -> Any:
    return {"following": get_customer(customer_id=customer_id, actor=request.actor).__dict__["is_followed"]}


@router.put("/customers/{int:customer_id}/following", response=FollowingOut, summary="Follow a customer")
@needs(VIEW, customer="customer_id")
def follow(request: HttpRequest, customer_id: int) -> Any:
    """Sent again, it changes nothing."""
    actions.follow_customer(customer_id=customer_id, by=request.actor, at=now())
    return {"following": True}


@router.delete("/customers/{int:customer_id}/following", response=FollowingOut, summary="Follow a customer no longer")
@needs(VIEW, customer="customer_id")
def unfollow(request: HttpRequest, customer_id: int) -> Any:
    actions.unfollow_customer(customer_id=customer_id, by=request.actor)
    return {"following": False}
