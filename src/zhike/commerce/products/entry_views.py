"""Products written down, mended and removed by hand."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.commerce.models import Product
from zhike.commerce.permissions import CHANGE_PRODUCT
from zhike.commerce.products import actions, queries
from zhike.commerce.products.forms import ProductForm
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PRODUCT)
def new_product(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            product = actions.create_product(**form.cleaned_data, by=request.actor, at=now())
            say_done(request, _("The product was created"))
            return redirect("commerce:product", product.id)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.message)
    return _show(request, form, None)


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PRODUCT)
def edit_product(request: HttpRequest, product_id: int) -> HttpResponse:
    product = queries.get_product(product_id=product_id)
    held = {"name": product.name, "category": product.category}
    form = ProductForm(request.POST or None, known=True, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_product(product_id=product_id, **form.cleaned_data, by=request.actor, at=now())
            say_done(request, _("The product was changed"))
            return redirect("commerce:product", product_id)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.message)
    return _show(request, form, product)


@require_POST
@needs(CHANGE_PRODUCT)
def remove_product(request: HttpRequest, product_id: int) -> HttpResponse:
    try:
        actions.remove_product(product_id=product_id, by=request.actor, at=now())
    except actions.ProductSold as refusal:
        say_warning(request, refusal.message)
        return redirect("commerce:product", product_id)
    say_done(request, _("The product was removed"))
    return redirect("commerce:products")


def _show(request: HttpRequest, form: ProductForm, product: Product | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "product": product}
    return render(request, "commerce/products/product_form.html", context, status=422 if form.errors else 200)
