from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhike.accounts.attempts import attempt
from zhike.accounts.permissions import CHANGE_ORGANISATION
from zhike.accounts.rights.decorators import needs
from zhike.accounts.rights.registry import OWN_ACCOUNT
from zhike.ui.public import Shell, say_done, show_form

from . import actions, queries
from .forms import OrganisationForm


@require_http_methods(["GET", "POST"])
@needs(CHANGE_ORGANISATION)
def organisation(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, initial=model_to_dict(queries.get_organisation(), actions.FIELDS))
    if attempt(form, actions.save_organisation, by=request.actor, at=now()):
        say_done(request, _("Settings saved."))
        return redirect("accounts:organisation")
    return show_form(request, "accounts/organisation/organisation.html", {"form": form})


@require_safe
@needs(OWN_ACCOUNT)
def settings(request: HttpRequest) -> HttpResponse:
    """An address that people shorten to: leads to the first page of settings that they may see."""
    return redirect(Shell(request).first_in("settings"))
