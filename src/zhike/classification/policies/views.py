from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning

from . import actions, pages
from .errors import OrderMoved

EDIT = "classification/policies/edit.html"


@require_GET
@needs(permissions.VIEW)
def policies(request: HttpRequest) -> HttpResponse:
    """List what each class gets, in the order in which classes go before each other."""
    return render(request, "classification/policies/policies.html", pages.list_blocks(request.actor))


@require_GET
@needs(permissions.VIEW)
def of_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """Show everything that a class gets."""
    context = pages.class_page(class_id=class_id, actor=request.actor)
    return render(request, "classification/policies/class.html", context)


@require_GET
@needs(permissions.VIEW)
def choose_class(request: HttpRequest) -> HttpResponse:
    """Lead to the class that was chosen."""
    chosen = request.GET.get("class", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
        return redirect("classification:policies-of", int(chosen))
    return redirect("classification:policies")


@require_http_methods(["GET", "POST"])
@needs(permissions.VIEW)
def edit(request: HttpRequest, class_id: int, kind: str) -> HttpResponse:
    """Show one policy of a class with its history; POST sets it."""
    if request.method == "POST":
        return _save(request, class_id=class_id, kind=kind)
    context = pages.edit_page(class_id=class_id, kind=kind, sent=None, actor=request.actor)
    return render(request, EDIT, context)


@needs(permissions.CHANGE_POLICY)
def _save(request: HttpRequest, *, class_id: int, kind: str) -> HttpResponse:
    context = pages.edit_page(class_id=class_id, kind=kind, sent=request.POST, actor=request.actor)
    form = context["form"]
    if not form.is_valid():
        return render(request, EDIT, context, status=422)
    number = form.cleaned_data["number"]
    try:
        actions.set_policy(class_id=class_id, kind=kind, value=form.value, number=number, by=request.actor, at=now())
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return render(request, EDIT, context, status=refusal.status)
    say_done(request, _("Kept. It applies from now on."))
    return redirect("classification:policies-of", class_id)


@require_POST
@needs(permissions.CHANGE_POLICY)
def end(request: HttpRequest, class_id: int, kind: str) -> HttpResponse:
    """Take a policy from a class."""
    try:
        actions.end_policy(class_id=class_id, kind=kind, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
    else:
        say_done(request, _("Ended. Its values stay in the history."))
    return redirect("classification:policies-of", class_id)


@require_POST
@needs(permissions.CHANGE_POLICY)
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Let a management type go before or after its neighbour."""
    seen = request.POST["seen"].split() if "seen" in request.POST else None
    try:
        actions.move_scheme(scheme_key=key, up=request.POST.get("to") == "up", seen=seen, by=request.actor, at=now())
    except OrderMoved as refusal:
        say_warning(request, refusal.message)
    return redirect("classification:policies")


@require_GET
@needs(permissions.VIEW)
def conflicts(request: HttpRequest) -> HttpResponse:
    """List where classes of a customer ask for different things, and which goes first."""
    context = {**pages.conflicts_page(request.actor), **pages.tabs(request.actor)}
    return render(request, "classification/policies/conflicts.html", context)
