from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhike.accounts.public import needs
from zhike.customers.page360 import queries
from zhike.customers.rights import VIEW


@require_GET
@needs(VIEW, customer="customer_id")
def customer_page(request: HttpRequest, customer_id: int) -> HttpResponse:
    context = queries.customer_page(request, customer_id=customer_id, actor=request.actor)
    return render(request, "customers/page360/customer.html", context)
