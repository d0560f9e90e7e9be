from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhike.accounts.public import needs
from zhike.analytics import permissions
from zhike.analytics.figures import send_table

from . import pages


@require_GET
@needs(permissions.VIEW)
def value(request: HttpRequest) -> HttpResponse:
    """Show what customers bring and will bring, and how few bring how much."""
    return render(request, "analytics/value/value.html", pages.value_page(request.GET, actor=request.actor))


@require_GET
@needs(permissions.VIEW)
def value_file(request: HttpRequest) -> HttpResponseBase:
    """Give the numbers of one part of the page as CSV or XLSX."""
    return send_table(*pages.find_file(request.GET, actor=request.actor))
