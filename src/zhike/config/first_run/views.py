from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.accounts.public import OWN_ACCOUNT, get_organisation, needs
from zhike.config.demo.queries import demo_loaded
from zhike.kit.errors import Refusal
from zhike.ui.public import show_form, workbench

from . import actions, queries
from .forms import FirmForm


@require_safe
@needs(OWN_ACCOUNT)
def start(request: HttpRequest) -> HttpResponse:
    """The workbench; before the firm has said who it is, the first run."""
    if queries.is_due(request, get_organisation()):
        return redirect("first-run:resume")
    return workbench(request)


@require_safe
@needs(queries.CHANGE_ORGANISATION)
def resume(request: HttpRequest) -> HttpResponse:
    chosen = getattr(request.user, "language", "")
    step = queries.next_step(language=chosen, organisation=get_organisation())
    return redirect(f"first-run:{step}")


@require_safe
@needs(queries.CHANGE_ORGANISATION)
def language(request: HttpRequest) -> HttpResponse:
    return render(request, "config/first_run/language.html", {"steps": queries.describe_steps("language")})


@require_http_methods(["GET", "POST"])
@needs(queries.CHANGE_ORGANISATION)
def organisation(request: HttpRequest) -> HttpResponse:
    known = get_organisation()
    if queries.is_over(known):
        return redirect("accounts:organisation")
    form = FirmForm(request.POST or None, initial=queries.form_start(known, request))
    if form.is_valid():
        try:
            spoken = get_language() or ""
            actions.set_up_organisation(**form.cleaned_data, language=spoken, by=request.actor, at=now())
            request.session[queries.KIND] = form.cleaned_data["firm_kind"]
            return redirect("first-run:records")
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {"form": form, "steps": queries.describe_steps("organisation")}
    return show_form(request, "config/first_run/organisation.html", context)


@require_safe
@needs(queries.CHANGE_ORGANISATION)
def records(request: HttpRequest) -> HttpResponse:
    may = request.actor.may
    context = {
        "steps": queries.describe_steps("records"),
        "may_import": may("customers.import_records"),
        "may_load": may("config.manage_demo") and not demo_loaded(),
    }
    return render(request, "config/first_run/records.html", context)


@require_POST
@needs(queries.CHANGE_ORGANISATION)
def later(request: HttpRequest) -> HttpResponse:
    """Look around first; the checklist leads back here."""
    request.session[queries.LATER] = True
    return redirect("/")
