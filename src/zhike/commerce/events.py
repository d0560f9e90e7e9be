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
