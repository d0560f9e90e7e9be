from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from zhike.accounts.public import get_organisation, needs
from zhike.classification import permissions
from zhike.classification.models import Simulation
from zhike.classification.schemes.queries import get_scheme
from zhike.kit.clock import local_day
from zhike.kit.errors import Refusal
from zhike.ui.public import say_warning, show_form

from . import actions, pages, queries
from .forms import SimulationForm

PAGE = "classification/simulation/simulation.html"


@require_http_methods(["GET", "POST"])
@needs(permissions.SIMULATE)
def simulations(request: HttpRequest, key: str) -> HttpResponse:
    """List the simulations of a scheme with the form for a new one; POST starts it."""
    scheme = get_scheme(key=key)
    versions, today = queries.list_versions(scheme=scheme), _today()
    form = SimulationForm(request.POST or None, versions=versions, in_force=scheme.version, today=today)
    if form.is_valid():
        try:
            made = actions.start_simulation(key=key, **form.cleaned_data, by=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return redirect("classification:simulation", made.id)
    context = {"scheme": scheme, "form": form, "rows": queries.list_simulations(scheme=scheme)}
    return show_form(request, "classification/simulation/simulations.html", context)


@require_safe
@needs(permissions.SIMULATE)
def simulation(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Show how far a simulation is, or what it found; the address may be passed on."""
    found = queries.get_simulation(simulation_id=simulation_id)
    context = pages.describe(found, now())
    if found.status == Simulation.Status.DONE:
        context |= pages.describe_result(found, request.actor)
    return render(request, PAGE, context)


@require_safe
@needs(permissions.SIMULATE)
def progress(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Say how far it is; once it has ended, send the browser to the whole page."""
    found = queries.get_simulation(simulation_id=simulation_id)
    if found.status not in actions.OPEN:
        return HttpResponseClientRedirect(reverse("classification:simulation", args=[found.id]))
    return render(request, f"{PAGE}#progress", pages.describe(found, now()))


@require_POST
@needs(permissions.SIMULATE)
def cancel(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Stop a simulation after the step at hand."""
    return _act(request, simulation_id, actions.cancel_simulation)


@require_POST
@needs(permissions.SIMULATE)
def again(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Run a simulation once more with what went in then."""
    return _act(request, simulation_id, actions.repeat_simulation)


def _act(request: HttpRequest, simulation_id: int, action: actions.Change) -> HttpResponse:
    queries.get_simulation(simulation_id=simulation_id)
    try:
        action(simulation_id=simulation_id, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
    return redirect("classification:simulation", simulation_id)


def _today() -> date:
    return local_day(now(), get_organisation().time_zone)
