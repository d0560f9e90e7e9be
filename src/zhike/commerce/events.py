from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderCreated:
    """`net` in minor units of `currency`; `customer_id` is None for an anonymous sale."""

    order_id: int
    customer_id: int | None
    source: str
    number: str
    net: int
    currency: str


@dataclass(frozen=True, slots=True)
class OrderCorrected:
    """`before` and `after` hold what changed: customer_id, at, currency, status, net and the lines as texts."""

    order_id: int
    customer_id: int | None
    source: str
    number: str
    revision: int
    net: int
    currency: str
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class ProductCreated:
    """Made by hand; those that come with orders are told of by their orders."""

    product_id: int
    sku: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class ProductChanged:
    """`before` and `after` hold what changed: name, category."""

    product_id: int
    sku: str
    before: dict[str, str]
    after: dict[str, str]


@dataclass(frozen=True, slots=True)
class ProductRemoved:
    product_id: int
    sku: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class OrdersExported:
    """`filters` is the address of the list whose orders were taken."""

    orders: int
    lines: int
    filters: str
