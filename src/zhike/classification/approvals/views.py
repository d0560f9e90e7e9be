from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.classification.errors import NoSuchClass
from zhike.kit.errors import NotFound, Refusal
from zhike.ui.public import say_done, say_warning

from . import actions, pages
from .forms import read_customer, read_move, read_steadiness, read_telling
from .marking import set_telling
from .steadiness import set_steadiness

STEADINESS = "classification/approvals/steadiness.html"


@require_GET
@needs(permissions.VIEW)
def approvals(request: HttpRequest) -> HttpResponse:
    """List the moves between classes that wait for a person's yes; `customer`: those of one customer."""
    context = pages.worklist_page(actor=request.actor, customer_id=read_customer(request.GET))
    return render(request, "classification/approvals/approvals.html", context)


@require_POST
@needs(permissions.APPROVE, customer="customer_id")
def decide(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Let one move happen or decline it, then go back to the list."""
    approve = request.POST.get("decision") == "approve"
    try:
        actions.decide_move(
            customer_id=customer_id, **read_move(request.POST), approve=approve, reason=request.POST.get("reason", ""),
            by=request.actor, at=now(),
        )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        say_warning(request, refusal.message)
    else:
        say_done(request, _("Approved: the customer moved.") if approve else _("Declined."))
    return redirect("classification:approvals")


@require_http_methods(["GET", "POST"])
@needs(permissions.CHANGE)
def steadiness(request: HttpRequest, key: str) -> HttpResponse:
    """Show what keeps a scheme's classes steady; POST keeps it."""
    if request.method == "POST":
        try:
            set_steadiness(key=key, **read_steadiness(request.POST), by=request.actor, at=now())
        except NotFound:
            raise
        except Refusal as refusal:
            context = pages.steadiness_page(key=key) | {"refusal": refusal.message, "sent": request.POST}
            return render(request, STEADINESS, context, status=refusal.status)
        say_done(request, _("Kept. It counts from the next move on."))
        return redirect("classification:edit", key)
    return render(request, STEADINESS, pages.steadiness_page(key=key))


@require_POST
@needs(permissions.CHANGE)
def telling(request: HttpRequest, key: str) -> HttpResponse:
    """Keep of which moves of a scheme owner and followers are told."""
    try:
        set_telling(key=key, **read_telling(request.POST), by=request.actor, at=now())
    except NoSuchClass as refusal:
        say_warning(request, refusal.message)
    else:
        say_done(request, _("Kept. It counts from the next move on."))
    return redirect("classification:steadiness", key)
