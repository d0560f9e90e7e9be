from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Query, Router, Schema, Status

from zhike.accounts.public import needs
from zhike.api.public import Input, PageOf, Paging, page_answer
from zhike.commerce.permissions import CHANGE_PRODUCT, VIEW_PRODUCT
from zhike.commerce.products import actions, queries


class ProductOut(Schema):
    id: int
    sku: str
    name: str
    category: str


class ProductContent(Input):
    """Both as they should be; `category` is what rules ask for."""

    name: str = Field(min_length=1, max_length=300)
    category: str = Field("", max_length=100)


class ProductIn(Input):
    """Without a name the product is called by its number."""

    sku: str = Field(min_length=1, max_length=100)
    name: str = Field("", max_length=300)
    category: str = Field("", max_length=100)


class ProductFilter(Schema):
    """`q` starts the number or is part of the name."""

    q: str = Field("", max_length=100)
    category: str = Field("", max_length=100)


def add_operations(router: Router) -> None:
    """Put the operations of products on the room's router."""
    router.get("/products", response=PageOf[ProductOut], summary="List products")(list_products)
    router.get("/products/{int:product_id}", response=ProductOut, summary="Read a product")(get_product)
    router.post("/products", response={201: ProductOut}, summary="Create a product")(create_product)
    router.put("/products/{int:product_id}", response=ProductOut, summary="Change a product")(change_product)
    router.delete("/products/{int:product_id}", response={204: None}, summary="Remove a product never ordered")(
        remove_product
    )


@needs(VIEW_PRODUCT)
def list_products(request: HttpRequest, paging: Query[Paging], wanted: Query[ProductFilter]) -> Any:
    filters = queries.ProductFilters(text=wanted.q, category=wanted.category)
    page = queries.list_products(filters=filters, after=paging.after, limit=paging.limit)
    return page_answer(page)


@needs(VIEW_PRODUCT)
def get_product(request: HttpRequest, product_id: int) -> Any:
    return queries.get_product(product_id=product_id)


@needs(CHANGE_PRODUCT)
def create_product(request: HttpRequest, body: ProductIn) -> Any:
    return Status(201, actions.create_product(**body.dict(), by=request.actor, at=now()))


@needs(CHANGE_PRODUCT)
def change_product(request: HttpRequest, product_id: int, body: ProductContent) -> Any:
    return actions.change_product(product_id=product_id, **body.dict(), by=request.actor, at=now())


@needs(CHANGE_PRODUCT)
def remove_product(request: HttpRequest, product_id: int) -> Any:
    actions.remove_product(product_id=product_id, by=request.actor, at=now())
    return Status(204, None)
