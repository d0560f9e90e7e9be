from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.accounts.public import needs
from zhike.commerce.permissions import VIEW_ORDER, VIEW_PRODUCT
from zhike.commerce.products import queries


@require_safe
@needs(VIEW_PRODUCT)
def products(request: HttpRequest) -> HttpResponse:
    text, category = request.GET.get("q", "").strip()[:100], request.GET.get("category", "")[:100]
    page = queries.list_products(text=text, category=category, after=request.GET.get("after", ""))
    context = {"page": page, "text": text, "category": category, "categories": queries.list_categories()}
    return render(request, "commerce/products/products.html", context)


@require_safe
@needs(VIEW_PRODUCT)
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    context: dict[str, Any] = {"product": queries.get_product(product_id=product_id)}
    if request.actor.may(VIEW_ORDER):
        context["lines"] = queries.list_latest_lines(product_id=product_id, actor=request.actor)
        context["sales"] = queries.count_sales(product_id=product_id, actor=request.actor)
    context |= queries.what_one_may(product_id=product_id, actor=request.actor)
    context["panels"] = queries.load_panels(product_id=product_id, actor=request.actor)
    return render(request, "commerce/products/product.html", context)
