from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.audit.public import find_who_did_last
from zhike.classification import permissions
from zhike.classification.errors import NoSuchClass
from zhike.classification.models import CustomerClass
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning, show_form

from . import class_actions, pages, queries, two_writers
from .forms import ClassForm, NewClassForm


@require_POST
@needs(permissions.CHANGE)
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Add a class to a scheme; in a rule scheme its rule is written next."""
    form = NewClassForm(request.POST)
    if not form.is_valid():
        say_warning(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("classification:edit", key)
    try:
        class_actions.add_class(scheme_key=key, **form.cleaned_data, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
    return redirect("classification:edit", key)


@require_http_methods(["GET", "POST"])
@needs(permissions.CHANGE)
def change(request: HttpRequest, key: str, class_id: int) -> HttpResponse:
    """Rename or recolour a class."""
    one = _class_of(key, class_id)
    held = {**pages.names_of(one), "hue": one.hue}
    form = ClassForm(request.POST or None, initial=held)
    who = partial(
        find_who_did_last, events=["ClassAdded", "ClassChanged"], subject=("class", class_id), but=request.user.pk
    )
    if form.is_valid() and not two_writers.settle_changes(form, request.POST.get("base", ""), held, who=who):
        try:
            class_actions.change_class(class_id=class_id, **form.cleaned_data, by=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            return redirect("classification:edit", key)
    context = {"scheme": one.scheme, "one": one, "form": form, "fixed": one.scheme.kind not in ("rule", "hand")}
    context["base"] = two_writers.seal_values(held)
    return show_form(request, "classification/schemes/class.html", context)


@require_POST
@needs(permissions.CHANGE)
def retire(request: HttpRequest, key: str, class_id: int) -> HttpResponse:
    """Take a class out of use."""
    one = _class_of(key, class_id)
    try:
        class_actions.retire_class(class_id=class_id, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
        return redirect("classification:class-change", key, class_id)
    say_done(request, _("“{name}” is retired; its history stays.").format(name=one.name))
    return redirect("classification:edit", key)


@require_POST
@needs(permissions.CHANGE)
def move(request: HttpRequest, key: str, class_id: int) -> HttpResponse:
    """Move a class up or down among its neighbours."""
    _class_of(key, class_id)
    ids = [one.id for one in pages.load_editor(key=key, actor=request.actor).classes]
    place = ids.index(class_id)
    other = place - 1 if request.POST.get("to") == "up" else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        class_actions.order_classes(scheme_key=key, class_ids=ids, by=request.actor, at=now())
    return redirect("classification:edit", key)


def _class_of(key: str, class_id: int) -> CustomerClass:
    one = queries.get_class(class_id=class_id)
    if one.scheme.key != key or one.retired_at is not None:
        raise NoSuchClass
    return one
