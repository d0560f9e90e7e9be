from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.accounts.public import needs
from zhike.analytics.permissions import VIEW

from . import pages


@require_safe
@needs(VIEW)
def churn_risk(request: HttpRequest) -> HttpResponse:
    """Who may leave, by what they would take along; customers of others do not show."""
    context = pages.churn_page(request.GET, actor=request.actor)
    return render(request, "analytics/churn/churn.html", context)
