from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import get_organisation, needs, note_seen
from zhike.classification import permissions
from zhike.classification.errors import NoSuchScheme
from zhike.classification.evaluation.schedule import run_soon
from zhike.classification.schemes.queries import find_draft, get_scheme
from zhike.kit.actor import Actor
from zhike.ui.public import say_done

from . import queries
from .old_orders import find_old_orders


@require_GET
@needs(permissions.VIEW)
def classes(request: HttpRequest, key: str = "") -> HttpResponse:
    """Show every scheme with its distribution, and one of them in full; what is not counted yet loads by itself."""
    note_seen(step="classes", by=request.actor)
    try:
        overview = queries.get_overview(key=key, actor=request.actor, at=now(), fresh="counted" in request.GET)
    except NoSuchScheme:
        return _not_in_force(request, key)
    chosen = overview.chosen
    context = {
        "overview": overview,
        "chosen": chosen,
        "rows": (chosen.rows if "all" in request.GET else chosen.largest) if chosen else [],
        "all_rows": "all" in request.GET,
        "draft": find_draft(scheme=overview.scheme.scheme) if overview.scheme else None,
        "under_way": chosen is not None and not chosen.total and queries.is_run_under_way(),
        "last_run": overview.last_run,
        "old": find_old_orders(at=now()),
        "currency": get_organisation().currency,
        **_rights(request.actor),
    }
    return render(request, f"classification/classes/classes.html{'#counted' if request.htmx else ''}", context)


def _rights(actor: Actor) -> dict[str, bool]:
    asked = {"may_change": permissions.CHANGE, "may_run": permissions.RUN, "may_simulate": permissions.SIMULATE}
    return {name: actor.may(permission) for name, permission in asked.items()}


def _not_in_force(request: HttpRequest, key: str) -> HttpResponse:
    """Say of a draft that it sorts nobody yet, and of a retired type who was in its classes when it ended."""
    scheme = get_scheme(key=key)
    context = {
        "scheme": scheme,
        "ended": queries.get_ended(scheme=scheme, actor=request.actor),
        "may_change": request.actor.may(permissions.CHANGE),
    }
    return render(request, "classification/classes/not_in_force.html", context)


@require_POST
@needs(permissions.RUN)
def run(request: HttpRequest) -> HttpResponse:
    """Ask the worker to classify everyone now."""
    run_soon(after=0)
    say_done(request, _("All customers are being classified; this page shows the result once it is done."))
    return redirect("classification:classes")
