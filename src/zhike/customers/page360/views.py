from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhike.accounts.public import needs
from zhike.customers.page360 import queries
from zhike.customers.rights import VIEW


@require_GET
@needs(VIEW)
def customer_page(request: HttpRequest, customer_id: int) -> HttpResponse:
    """All about a customer; one that is not the person's to see answers 404 when it is loaded."""
    context = queries.customer_page(request, customer_id=customer_id, actor=request.actor)
    return render(request, "customers/page360/customer.html", context)
