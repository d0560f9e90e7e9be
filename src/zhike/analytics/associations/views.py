from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.accounts.public import needs
from zhike.analytics.permissions import VIEW

from . import pages


@require_safe
@needs(VIEW)
def associations(request: HttpRequest) -> HttpResponse:
    """Which products are bought together; who lacks one of them is shown by the customer list, to each their own."""
    context = pages.associations_page(request.GET, actor=request.actor)
    return render(request, "analytics/associations/associations.html", context)
