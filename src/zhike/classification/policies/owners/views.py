from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.kit.errors import Refusal
from zhike.ui.public import format_number, say_done, say_warning

from . import actions, pages


@require_GET
@needs(permissions.GIVE_OWNERS)
def owners(request: HttpRequest) -> HttpResponse:
    """Show who would get whom, before anybody does."""
    return render(request, "classification/policies/owners.html", pages.preview_page(request.actor))


@require_POST
@needs(permissions.GIVE_OWNERS)
def give(request: HttpRequest) -> HttpResponse:
    """Give the customers their owners; the receipt follows."""
    try:
        run, _plan = actions.give_owners(by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
        return redirect("classification:owners")
    if run is None or not run.customers:
        say_done(request, _("Everybody has the owner that the policies name."))
        return redirect("classification:owners")
    text = ngettext("{count} customer has an owner now.", "{count} customers have an owner now.", run.customers)
    say_done(request, text.format(count=format_number(run.customers)))
    return redirect("classification:owner-run", run.id)


@require_GET
@needs(permissions.GIVE_OWNERS)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show a receipt: who got whom."""
    context = pages.run_page(run_id=run_id, actor=request.actor)
    return render(request, "classification/policies/owner_run.html", context)


@require_POST
@needs(permissions.GIVE_OWNERS)
def take_back(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give the customers of a receipt their earlier owners back."""
    pages.run_page(run_id=run_id, actor=request.actor)
    try:
        back, kept = actions.take_back_owners(run_id=run_id, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
    else:
        text = _("Undone for {back} customers; {kept} have another owner since and stay.")
        say_done(request, text.format(back=format_number(back), kept=format_number(kept)))
    return redirect("classification:owner-run", run_id)
