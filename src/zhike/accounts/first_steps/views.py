from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhike.accounts.rights.decorators import needs
from zhike.accounts.rights.registry import OWN_ACCOUNT
from zhike.ui.public import say_done

from . import actions, panels, queries


@require_safe
@needs(OWN_ACCOUNT)
def first_steps(request: HttpRequest) -> HttpResponse:
    """The checklist on a page of its own: from the person's menu, also when it is put away."""
    context = {"panel": panels.get_first_steps(request.actor), "hidden": queries.are_hidden(actor=request.actor)}
    return render(request, "accounts/first_steps/first_steps.html", context)


@require_POST
@needs(OWN_ACCOUNT)
def hide(request: HttpRequest) -> HttpResponse:
    actions.hide_first_steps(by=request.actor, at=now())
    say_done(request, _("The first steps are in the menu under your name."))
    return redirect("/")


@require_POST
@needs(OWN_ACCOUNT)
def show(request: HttpRequest) -> HttpResponse:
    actions.show_first_steps(by=request.actor, at=now())
    return redirect("/")
