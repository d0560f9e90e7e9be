from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import needs
from zhike.customers.activity import actions, pages
from zhike.customers.rights import CHANGE, VIEW
from zhike.kit.errors import Invalid
from zhike.ui.public import say_done, say_warning


@require_GET
@needs(VIEW, customer="customer_id")
def timeline(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The older part of a timeline: a page of its own, or more entries for htmx."""
    context = pages.timeline_page(request.GET, customer_id=customer_id, actor=request.actor)
    part = "#more" if request.htmx else ""
    return render(request, f"customers/activity/timeline.html{part}", context)


@require_POST
@needs(CHANGE, customer="customer_id")
def write_note(request: HttpRequest, customer_id: int) -> HttpResponse:
    try:
        actions.add_note(customer_id=customer_id, text=request.POST.get("text", ""), by=request.actor, at=now())
        say_done(request, _("Note kept"))
    except Invalid as refusal:
        say_warning(request, refusal.message)
    return redirect("customers:customer", customer_id)
