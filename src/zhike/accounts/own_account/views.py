from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.attempts import attempt
from zhike.accounts.people.queries import get_person
from zhike.accounts.rights.decorators import needs
from zhike.accounts.rights.registry import OWN_ACCOUNT
from zhike.ui.public import show_form

from . import actions
from .forms import OwnAccountForm


@require_http_methods(["GET", "POST"])
@needs(OWN_ACCOUNT)
def own_account(request: HttpRequest) -> HttpResponse:
    person = get_person(user_id=request.actor.id)
    form = OwnAccountForm(request.POST or None, initial={"language": person.language})
    if attempt(form, actions.choose_language, user_id=person.id, by=request.actor, at=now()):
        return redirect("accounts:own-account")
    context = {"form": form, "person": person}
    return show_form(request, "accounts/own_account/own_account.html", context)


@require_POST
@needs(OWN_ACCOUNT)
def number_style(request: HttpRequest) -> HttpResponse:
    """Keep the person's choice, and go back where they were."""
    actions.choose_number_style(
        user_id=request.actor.id, style=request.POST.get("style", ""), by=request.actor, at=now()
    )
    back = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if ours else "/")
