from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from zhike.accounts.public import needs
from zhike.commerce.permissions import VIEW_ORDER, VIEW_PRODUCT
from zhike.commerce.products import queries, sales
from zhike.commerce.products.forms import ProductFilterForm
from zhike.commerce.products.listing import products_page


@require_safe
@needs(VIEW_PRODUCT)
def products(request: HttpRequest) -> HttpResponse:
    return render(request, "commerce/products/products.html", products_page(request.GET, actor=request.actor))


@require_safe
@needs(VIEW_PRODUCT)
def filter_form(request: HttpRequest) -> HttpResponse:
    """The filters to choose from: in a dialog of the list, or a page of its own without scripts."""
    context = ProductFilterForm(request.GET).dialog() | {"list_name": "commerce:products"}
    return render(request, f"commerce/products/filters.html{'#form' if request.htmx else ''}", context)


@require_safe
@needs(VIEW_PRODUCT)
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    context: dict[str, Any] = {"product": queries.get_product(product_id=product_id)}
    if request.actor.may(VIEW_ORDER):
        context["lines"] = queries.list_latest_lines(product_id=product_id, actor=request.actor)
        context["sales"] = sales.count_sales(product_id=product_id, actor=request.actor)
        context["year"] = sales.describe_sales(product_id=product_id, actor=request.actor, at=now())
    context |= queries.what_one_may(product_id=product_id, actor=request.actor)
    context["panels"] = queries.load_panels(product_id=product_id, actor=request.actor)
    return render(request, "commerce/products/product.html", context)
