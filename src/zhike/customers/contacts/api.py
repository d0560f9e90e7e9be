from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Schema, Status

from zhike.accounts.public import needs
from zhike.customers.contacts import actions
from zhike.customers.contacts.rules import masked_contact
from zhike.customers.models import ContactPoint
from zhike.customers.profile.schemas import AddressIn, AddressOut, ContactPointOut, NewContactIn
from zhike.customers.rights import CHANGE, REVEAL
from zhike.customers.routing import router


class RevealedOut(Schema):
    id: int
    kind: str
    value: str
    normal: str


@router.post(
    "/customers/{int:customer_id}/contact-points", response={201: ContactPointOut}, summary="Add a contact point"
)
@needs(CHANGE, customer="customer_id")
def add_contact_point(request: HttpRequest, customer_id: int, body: NewContactIn) -> Any:
    new = actions.NewContact(**body.model_dump())
    point = actions.add_contact_point(customer_id=customer_id, new=new, by=request.actor, at=now())
    return Status(201, _masked(point))


@router.delete(
    "/customers/{int:customer_id}/contact-points/{int:point_id}",
    response={204: None},
    summary="Remove a contact point",
)
@needs(CHANGE, customer="customer_id")
def remove_contact_point(request: HttpRequest, customer_id: int, point_id: int) -> Any:
    actions.remove_contact_point(customer_id=customer_id, contact_point_id=point_id, by=request.actor, at=now())
    return Status(204, None)


@router.post(
    "/customers/{int:customer_id}/contact-points/{int:point_id}/prefer",
    response=ContactPointOut,
    summary="Use a contact point first",
)
@needs(CHANGE, customer="customer_id")
def prefer_contact_point(request: HttpRequest, customer_id: int, point_id: int) -> Any:
    return _masked(
        actions.prefer_contact_point(customer_id=customer_id, contact_point_id=point_id, by=request.actor, at=now())
    )


@router.post(
    "/customers/{int:customer_id}/contact-points/{int:point_id}/reveal",
    response=RevealedOut,
    summary="See a contact point in full",
)
@needs(REVEAL, customer="customer_id")
def reveal_contact_point(request: HttpRequest, customer_id: int, point_id: int) -> Any:
    return actions.reveal_contact_point(customer_id=customer_id, contact_point_id=point_id, by=request.actor)


@router.put("/customers/{int:customer_id}/address", response=AddressOut, summary="Set the primary address")
@needs(CHANGE, customer="customer_id")
def set_address(request: HttpRequest, customer_id: int, body: AddressIn) -> Any:
    new = actions.NewAddress(**body.model_dump())
    return actions.set_address(customer_id=customer_id, new=new, by=request.actor, at=now())


def _masked(point: ContactPoint) -> dict[str, Any]:
    value = masked_contact(point.kind, point.value)
    return {"id": point.id, "kind": point.kind, "value": value, "label": point.label, "primary": point.primary}
