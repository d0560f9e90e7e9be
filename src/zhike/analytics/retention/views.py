from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhike.accounts.public import needs
from zhike.analytics import permissions
from zhike.analytics.figures import send_table

from . import pages


@require_GET
@needs(permissions.VIEW)
def retention(request: HttpRequest) -> HttpResponse:
    """Show who buys again, for how long, and how customers move between stages."""
    context = pages.retention_page(request.GET, actor=request.actor)
    return render(request, "analytics/retention/retention.html", context)


@require_GET
@needs(permissions.VIEW)
def retention_file(request: HttpRequest) -> HttpResponseBase:
    """Give the numbers of one part of the page as CSV or XLSX."""
    return send_table(*pages.find_file(request.GET, actor=request.actor))
