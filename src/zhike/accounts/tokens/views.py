from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.accounts.attempts import attempt
from zhike.accounts.permissions import MAKE_API_KEY
from zhike.accounts.rights.decorators import needs
from zhike.ui.public import say_done, show_form

from . import actions, queries
from .forms import TokenForm


@require_safe
@needs(MAKE_API_KEY)
def tokens(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/tokens/tokens.html", {"tokens": queries.list_tokens(user_id=request.actor.id)})


@never_cache
@require_http_methods(["GET", "POST"])
@needs(MAKE_API_KEY)
def new_token(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, actor=request.actor)
    if made := attempt(form, actions.create_token, user_id=request.actor.id, by=request.actor, at=now()):
        token, text = made
        return render(request, "accounts/tokens/made.html", {"token": token, "text": text})
    return show_form(request, "accounts/tokens/new.html", {"form": form})


@require_POST
@needs(MAKE_API_KEY)
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    actions.revoke_token(token_id=token_id, user_id=request.actor.id, by=request.actor, at=now())
    say_done(request, _("Token revoked. It has stopped working."))
    return redirect("accounts:tokens")
