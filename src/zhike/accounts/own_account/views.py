from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from zhike.accounts.attempts import attempt
from zhike.accounts.people.queries import get_person
from zhike.accounts.rights.decorators import needs
from zhike.accounts.rights.registry import OWN_ACCOUNT

from . import actions
from .forms import OwnAccountForm


@require_http_methods(["GET", "POST"])
@needs(OWN_ACCOUNT)
def own_account(request: HttpRequest) -> HttpResponse:
    person = get_person(user_id=request.actor.id)
    form = OwnAccountForm(request.POST or None, initial={"language": person.language})
    if attempt(form, actions.choose_language, user_id=person.id, by=request.actor, at=now()):
        return redirect("accounts:own-account")
    return render(request, "accounts/own_account/own_account.html", {"form": form, "person": person})
