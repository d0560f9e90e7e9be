from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from zhike.accounts.public import needs
from zhike.api.public import PageOf, Paging, page_answer
from zhike.commerce.permissions import VIEW_PRODUCT
from zhike.commerce.products import queries


class ProductOut(Schema):
    id: int
    sku: str
    name: str
    category: str


class ProductFilter(Schema):
    """`q` starts the number or is part of the name."""

    q: str = Field("", max_length=100)
    category: str = Field("", max_length=100)


def add_operations(router: Router) -> None:
    """Put the operations of products on the room's router."""
    router.get("/products", response=PageOf[ProductOut], summary="List products")(list_products)
    router.get("/products/{int:product_id}", response=ProductOut, summary="Read a product")(get_product)


@needs(VIEW_PRODUCT)
def list_products(request: HttpRequest, paging: Query[Paging], wanted: Query[ProductFilter]) -> Any:
    page = queries.list_products(text=wanted.q, category=wanted.category, after=paging.after, limit=paging.limit)
    return page_answer(page)


@needs(VIEW_PRODUCT)
def get_product(request: HttpRequest, product_id: int) -> Any:
    return queries.get_product(product_id=product_id)
