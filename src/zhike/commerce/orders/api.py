from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Query, Router, Schema, Status

from zhike.accounts.public import needs
from zhike.api.public import Input, Instant, PageOf, Paging, page_answer
from zhike.commerce.models import Order
from zhike.commerce.orders import actions, queries
from zhike.commerce.permissions import CHANGE_ORDER, CREATE_ORDER, VIEW_ORDER

Currency = Field(min_length=3, max_length=3, pattern="^[A-Z]{3}$")
Amount = Field(max_digits=17, decimal_places=6)


class OrderRow(Schema):
    """`net` is in minor units of `currency`."""

    id: int
    source: str
    number: str
    customer_id: int | None
    at: datetime
    currency: str
    status: str
    net: int
    lines_count: int


class LineOut(Schema):
    position: int
    product_id: int
    sku: str
    quantity: Decimal
    unit_price: Decimal
    amount: int


class OrderOut(OrderRow):
    """`revision` counts corrections; who corrects says which one they have seen."""

    revision: int
    lines: list[LineOut]


class LineIn(Input):
    """A negative quantity is a return. `product` and `category` are taken for a product not known yet."""

    sku: str = Field(min_length=1, max_length=100)
    quantity: Decimal = Amount
    unit_price: Decimal = Field(max_digits=17, decimal_places=6, ge=0)
    product: str = Field("", max_length=300)
    category: str = Field("", max_length=100)


class OrderContent(Input):
    """Without `customer_id` an anonymous sale. A cancelled order counts for nothing."""

    customer_id: int | None = Field(None, ge=1, le=2**62)
    at: Instant
    currency: str = Currency
    status: Literal["placed", "completed", "cancelled"] = "completed"
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


class OrderIn(OrderContent):
    source: str = Field("api", min_length=1, max_length=100, pattern="^[^:]+$")
    number: str = Field(min_length=1, max_length=100)


class Correction(OrderContent):
    """The whole content as it should be; `revision` is the one that was read."""

    revision: int = Field(ge=1, le=2**31 - 1)


class OrderFilter(Schema):
    """`number` is how the number starts, `product` the number (SKU) of one in it; days are the organisation's, both
    included.
    """

    number: str = Field("", max_length=100)
    customer_id: int | None = Field(None, ge=1, le=2**62)
    product: str = Field("", max_length=100)
    source: str = Field("", max_length=100)
    status: Literal["", "placed", "completed", "cancelled"] = ""
    since: date | None = None
    until: date | None = None


def add_operations(router: Router) -> None:
    """Put the operations of orders on the room's router."""
    router.get("/orders", response=PageOf[OrderRow], summary="List orders")(list_orders)
    router.get("/orders/{int:order_id}", response=OrderOut, summary="Read an order")(get_order)
    router.post("/orders", response={201: OrderOut}, summary="Create an order")(create_order)
    router.put("/orders/{int:order_id}", response=OrderOut, summary="Correct an order")(correct_order)


@needs(VIEW_ORDER)
def list_orders(request: HttpRequest, paging: Query[Paging], wanted: Query[OrderFilter]) -> Any:
    filters = queries.OrderFilters(
        number=wanted.number,
        customer_id=wanted.customer_id,
        product=wanted.product,
        source=wanted.source,
        statuses=[wanted.status] if wanted.status else [],
        since=wanted.since,
        until=wanted.until,
    )
    page = queries.list_orders(actor=request.actor, filters=filters, after=paging.after, limit=paging.limit)
    return page_answer(page)


@needs(VIEW_ORDER, order="order_id")
def get_order(request: HttpRequest, order_id: int) -> Any:
    return _out(queries.get_order(order_id=order_id, actor=request.actor))


@needs(CREATE_ORDER)
def create_order(request: HttpRequest, body: OrderIn) -> Any:
    order = actions.create_order(source=body.source, number=body.number, **_content(body), by=request.actor, at=now())
    return Status(201, _out(_with_lines(order)))


@needs(CHANGE_ORDER, order="order_id")
def correct_order(request: HttpRequest, order_id: int, body: Correction) -> Any:
    order = actions.correct_order(
        order_id=order_id, revision=body.revision, **_content(body), by=request.actor, at=now()
    )
    return _out(_with_lines(order))


def _content(body: OrderContent) -> dict[str, Any]:
    lines = [actions.NewLine(**line.dict()) for line in body.lines]
    said = {"customer_id": body.customer_id, "ordered_at": body.at, "currency": body.currency, "status": body.status}
    return {**said, "lines": lines}


def _with_lines(order: Order) -> Order:
    order.__dict__["loaded_lines"] = list(order.lines.select_related("product").order_by("position"))
    return order


def _out(order: Order) -> dict[str, Any]:
    lines = [
        {
            "position": line.position,
            "product_id": line.product_id,
            "sku": line.product.sku,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "amount": line.amount,
        }
        for line in order.__dict__["loaded_lines"]
    ]
    fields = [*OrderRow.model_fields, "revision"]
    return {field: getattr(order, field) for field in fields} | {"lines": lines}
