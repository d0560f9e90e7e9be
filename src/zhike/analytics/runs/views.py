from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from zhike.accounts.public import needs
from zhike.analytics.permissions import RUN, VIEW
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning

from . import actions, pages, queries
from .forms import RunForm

MODEL = "analytics/runs/model.html"


@require_safe
@needs(VIEW)
def models(request: HttpRequest) -> HttpResponse:
    """List the models: what each does, since when it is in use, and how it is to be run."""
    return render(request, "analytics/runs/models.html", pages.describe_models(request.actor))


@require_safe
@needs(VIEW)
def model(request: HttpRequest, key: str) -> HttpResponse:
    """Show one model with its runs, and the form for another run."""
    form = RunForm(today=pages.today())
    return render(request, MODEL, pages.describe_model(request.actor, key=key, form=form))


@require_POST
@needs(RUN)
def start_all(request: HttpRequest) -> HttpResponse:
    """Ask the worker to run every model, as of today."""
    actions.start_runs(by=request.actor, at=now())
    return redirect("analytics:models")


@require_POST
@needs(RUN)
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker to run a model; without a day, as of today."""
    queries.get_standing(key=key)
    today = pages.today()
    form = RunForm({"as_of": today.isoformat()} if "as_of" not in request.POST else request.POST, today=today)
    if not form.is_valid():
        context = pages.describe_model(request.actor, key=key, form=form)
        return render(request, MODEL, context, status=422)
    try:
        actions.start_run(analysis=key, as_of=form.cleaned_data["as_of"], by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
    return redirect("analytics:model", key)


@require_safe
@needs(VIEW)
def progress(request: HttpRequest, key: str) -> HttpResponse:
    """Say how far a model is; once its run has ended, send the browser to the whole page."""
    standing = queries.get_standing(key=key)
    if not standing.is_open:
        return HttpResponseClientRedirect(reverse("analytics:model", args=[key]))
    return render(request, f"{MODEL}#progress", pages.describe_progress(standing))


@require_http_methods(["GET", "HEAD"])
@needs(VIEW)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what a run says of itself, and another one beside it."""
    found = queries.get_run(run_id=run_id)
    return render(request, "analytics/runs/run.html", pages.describe_run(request.actor, found, request.GET))


@require_POST
@needs(RUN)
def use(request: HttpRequest, run_id: int) -> HttpResponse:
    """Put a run's results in use, forward or back."""
    queries.get_run(run_id=run_id)
    try:
        actions.put_in_use(run_id=run_id, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
    else:
        say_done(request, _("Its results are in use now. Classes that ask for them follow."))
    return redirect("analytics:run", run_id)
