from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Status

from zhike.accounts.public import needs
from zhike.customers.contacts.actions import NewAddress, NewContact, reveal_contact_points
from zhike.customers.profile import actions
from zhike.customers.profile.schemas import CustomerFields, CustomerOut, NewCustomer, customer_out
from zhike.customers.rights import CHANGE, VIEW, get_customer
from zhike.customers.routing import router


@router.post("/customers", response={201: CustomerOut}, summary="Create a customer")
@needs(CHANGE)
def create_customer(request: HttpRequest, body: NewCustomer) -> Any:
    made = actions.create_customer(
        **body.model_dump(exclude_unset=True, exclude={"contact_points", "address", "external_ids", "fields"})
        | {"despite_look_alikes": body.despite_look_alikes},
        contacts=[NewContact(**one.model_dump()) for one in body.contact_points],
        address=NewAddress(**body.address.model_dump()) if body.address else None,
        custom=body.fields or {},
        external_ids={one.source: one.value for one in body.external_ids},
        by=request.actor,
        at=now(),
    )
    return Status(201, customer_out(made))


@router.get("/customers/{int:customer_id}", response=CustomerOut, summary="Get a customer")
@needs(VIEW, customer="customer_id")
def show_customer(request: HttpRequest, customer_id: int, reveal: bool = False) -> Any:
    """Contact points are masked. `reveal=true` gives them in full to who may see them, and that is written down."""
    customer = get_customer(customer_id=customer_id, actor=request.actor)
    values = reveal_contact_points(customer_id=customer_id, by=request.actor) if reveal else {}
    return customer_out(customer, values=values, reveal_by=request.actor if reveal else None)


@router.patch("/customers/{int:customer_id}", response=CustomerOut, summary="Change a customer")
@needs(CHANGE, customer="customer_id")
def change_customer(request: HttpRequest, customer_id: int, body: CustomerFields) -> Any:
    customer = actions.change_customer(customer_id=customer_id, by=request.actor, at=now(), **body.given())
    return customer_out(customer)


@router.post("/customers/{int:customer_id}/archive", response=CustomerOut, summary="Archive a customer")
@needs(CHANGE, customer="customer_id")
def archive_customer(request: HttpRequest, customer_id: int) -> Any:
    return customer_out(actions.archive_customer(customer_id=customer_id, by=request.actor, at=now()))


@router.post("/customers/{int:customer_id}/restore", response=CustomerOut, summary="Restore a customer")
@needs(CHANGE, customer="customer_id")
def restore_customer(request: HttpRequest, customer_id: int) -> Any:
    return customer_out(actions.restore_customer(customer_id=customer_id, by=request.actor, at=now()))
