from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.kit.errors import Refusal
from zhike.ui.public import format_day, say_done

from . import actions, pages
from .forms import DecisionForm

REVIEW = "classification/reviews/review.html"


@require_GET
@needs(permissions.VIEW)
def reviews(request: HttpRequest) -> HttpResponse:
    """List whose class is due for review."""
    context = pages.worklist_page(actor=request.actor, at=now())
    return render(request, "classification/reviews/reviews.html", context)


@require_http_methods(["GET", "POST"])
@needs(permissions.VIEW, customer="customer_id")
def review(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show what decides about one customer's class; POST keeps the decision and leads to the next one."""
    if request.method == "POST":
        return _decide(request, customer_id=customer_id)
    return render(request, REVIEW, pages.review_page(customer_id=customer_id, actor=request.actor, at=now()))


@needs(permissions.REVIEW)
def _decide(request: HttpRequest, *, customer_id: int) -> HttpResponse:
    form = DecisionForm(request.POST)
    following = pages.find_next(but=customer_id, actor=request.actor, at=now())
    try:
        done = actions.decide(customer_id=customer_id, **form.decision, by=request.actor, at=now())
    except Refusal as refusal:
        context = pages.review_page(customer_id=customer_id, actor=request.actor, at=now())
        problem = {"refusal": refusal.message, "sent": request.POST}
        return render(request, REVIEW, context | problem, status=refusal.status)
    say_done(request, _("Kept. The next review is on {day}.").format(day=format_day(done.next_on)))
    return redirect("classification:review", following) if following else redirect("classification:reviews")
