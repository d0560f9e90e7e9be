from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.audit.public import find_who_did_last
from zhike.classification import permissions
from zhike.classification.errors import DraftChanged
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning, show_form

from . import actions, pages, patterns, queries, two_writers
from . import versions as versions_of
from .applying import apply_scheme, reclassify
from .forms import NewSchemeForm, SchemeNamesForm, show_changes, threshold_form

EDIT = "classification/schemes/edit.html"
NAMED = ["SchemeCreated", "SchemeRenamed", "SchemeOwnerChanged"]


@require_GET
@needs(permissions.VIEW)
def schemes(request: HttpRequest) -> HttpResponse:
    """List all management types, retired ones last."""
    context = {"rows": pages.list_rows(), "may_change": request.actor.may(permissions.CHANGE)}
    return render(request, "classification/schemes/schemes.html", context)


@require_http_methods(["GET", "POST"])
@needs(permissions.CHANGE)
def create(request: HttpRequest) -> HttpResponse:
    """Make a management type; its classes are added on the page that follows."""
    form = NewSchemeForm(request.POST or None)
    if form.is_valid():
        try:
            scheme = actions.create_scheme(**form.given, by=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            return redirect("classification:edit", scheme.key)
    context = {"form": form, "patterns": patterns.PATTERNS, "built_in": queries.list_named(keys=patterns.BUILT_IN)}
    return show_form(request, "classification/schemes/create.html", context)


@require_POST
@needs(permissions.CHANGE)
def create_from(request: HttpRequest, pattern: str) -> HttpResponse:
    """Make a management type from a pattern and open its draft."""
    scheme = patterns.make_from_pattern(pattern=pattern, by=request.actor, at=now())
    return redirect("classification:edit", scheme.key)


@require_http_methods(["GET", "POST"])
@needs(permissions.VIEW)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Show how a scheme sorts, with what its draft would do; POST keeps thresholds in the draft."""
    if request.method == "POST":
        return _save(request, key=key)
    return _editor(request, key)


@needs(permissions.CHANGE)
def _save(request: HttpRequest, *, key: str) -> HttpResponse:
    page = pages.load_editor(key=key, actor=request.actor)
    form = threshold_form(page.scheme, dict(page.version.parameters), page.classes, request.POST)
    if form is None or not form.is_valid():
        return _editor(request, key, form=form, status=422)
    try:
        seen = request.POST.get("seen")
        actions.save_draft(key=key, parameters=form.parameters, seen=seen, by=request.actor, at=now())
    except DraftChanged as refusal:
        show_changes(form, page.form, who=page.draft.created_by if page.draft else None)
        form.add_error(None, refusal.message)
        return _editor(request, key, form=form, status=refusal.status)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _editor(request, key, form=form, status=refusal.status)
    say_done(request, _("Kept as a draft. It sorts nobody until you apply it."))
    return redirect("classification:edit", key)


def _editor(request: HttpRequest, key: str, *, form: Any = None, status: int = 200) -> HttpResponse:
    page = pages.load_editor(key=key, actor=request.actor)
    may_simulate = request.actor.may(permissions.SIMULATE) and pages.may_be_simulated(page.scheme)
    context = {**pages.editor_context(page), "form": form or page.form}
    context |= {"may_change": page.may_change, "may_simulate": may_simulate}
    return render(request, EDIT, context, status=status)


@require_GET
@needs(permissions.VIEW)
def versions(request: HttpRequest, key: str) -> HttpResponse:
    """List the versions of a scheme and what differs between two: the newest two, or those in the address."""
    scheme = queries.get_scheme(key=key)
    found = versions_of.list_versions(scheme=scheme)
    by_number = {str(one.number): one for one in found}
    after = by_number.get(request.GET.get("after", ""), found[0])
    before = by_number.get(request.GET.get("before", ""), found[1] if len(found) > 1 else found[0])
    lines = versions_of.find_differences(scheme=scheme, before=before, after=after)
    context = {"scheme": scheme, "versions": found, "before": before, "after": after, "differences": lines}
    return render(request, "classification/schemes/versions.html", context)


@require_POST
@needs(permissions.VIEW)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Say what the thresholds in the form would do, without keeping them."""
    page = pages.load_editor(key=key, actor=request.actor)
    form = threshold_form(page.scheme, dict(page.version.parameters), page.classes, request.POST)
    tried = form.parameters if form is not None and form.is_valid() else None
    context = {"preview": pages.try_out(page, tried), "scheme": page.scheme, "form": form}
    return render(request, f"{EDIT}#preview", context)


@require_POST
@needs(permissions.CHANGE)
def apply(request: HttpRequest, key: str) -> HttpResponse:
    """Put the draft in force and reclassify."""
    try:
        version, run = apply_scheme(key=key, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
        return redirect("classification:edit", key)
    if run is None:
        text = _("Version {number} is in force. Customers are being classified; it takes a moment.")
        say_done(request, text.format(number=version.number))
    else:
        text = _("Version {number} is in force. {count} classes changed.")
        say_done(request, text.format(number=version.number, count=run.changed))
    return redirect("classification:classes-of", key)


@require_POST
@needs(permissions.CHANGE)
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw the draft away."""
    actions.discard_draft(key=key, by=request.actor, at=now())
    say_done(request, _("The draft is gone; what was in force stays."))
    return redirect("classification:edit", key)


@require_POST
@needs(permissions.CHANGE)
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Take a scheme out of use; undo brings it back."""
    try:
        closed = actions.retire_scheme(key=key, by=request.actor, at=now())
    except Refusal as refusal:
        say_warning(request, refusal.message)
        return redirect("classification:edit", key)
    say_done(request, _("Retired. {count} customers left its classes; the history stays.").format(count=closed))
    return redirect("classification:schemes")


@require_POST
@needs(permissions.CHANGE)
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Bring a retired scheme back and fill it."""
    actions.restore_scheme(key=key, by=request.actor, at=now())
    reclassify(by=request.actor, at=now())
    say_done(request, _("It is in use again."))
    return redirect("classification:edit", key)


@require_http_methods(["GET", "POST"])
@needs(permissions.CHANGE)
def names(request: HttpRequest, key: str) -> HttpResponse:
    """Rename a scheme."""
    page = pages.load_editor(key=key, actor=request.actor)
    held = {**pages.names_of(page.scheme), "owner": page.scheme.owner_id}
    form = SchemeNamesForm(request.POST or None, initial=held)
    who = partial(find_who_did_last, events=NAMED, subject=("scheme", page.scheme.id), but=request.user.pk)
    if form.is_valid() and not two_writers.settle_changes(form, request.POST.get("base", ""), held, who=who):
        try:
            pages.keep_names(key=key, given=form.cleaned_data, by=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            return redirect("classification:edit", key)
    context = {**pages.editor_context(page), "form": form, "base": two_writers.seal_values(held)}
    return show_form(request, "classification/schemes/names.html", context)
