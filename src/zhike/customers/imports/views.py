from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from zhike.accounts.public import needs
from zhike.customers.export.workbook import WORKBOOK, write_workbook
from zhike.customers.imports import actions, queries
from zhike.customers.imports.forms import MappingForm, UploadForm
from zhike.customers.imports.places import rejected_file
from zhike.customers.imports.uploads import take_upload
from zhike.customers.models import ImportRun
from zhike.customers.rights import IMPORT
from zhike.kit.errors import Refusal
from zhike.ui.public import show_form

Status = ImportRun.Status
PAGES = {
    Status.MAPPING: "map", Status.CHECKED: "checked", Status.CHECKING: "run", Status.QUEUED: "run",
    Status.RUNNING: "run", Status.DONE: "report", Status.CANCELLED: "report", Status.FAILED: "failed",
}  # fmt: skip


@require_safe
@needs(IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = queries.list_imports(actor=request.actor, after=after, before=before)
    return render(request, "customers/imports/imports.html", {"page": page})


@require_http_methods(["GET", "POST"])
@needs(IMPORT)
def new_import(request: HttpRequest) -> HttpResponse:
    start = {"kind": request.GET.get("kind", "customers")}
    form = UploadForm(request.POST or None, request.FILES or None, initial=start)
    if form.is_valid():
        try:
            run = take_upload(
                file=form.cleaned_data["file"], kind=form.cleaned_data["kind"], by=request.actor, at=now()
            )
            return redirect("imports:import", run.id)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return show_form(request, "customers/imports/new.html", {"form": form, "kinds": queries.list_kinds()})


@require_safe
@needs(IMPORT)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Send an empty workbook whose headings are recognised when it comes back."""
    found = queries.get_kind(kind)
    heading = [str(field.label) for field in found.fields]
    file = b"".join(write_workbook(heading, [], name=str(found.label)))
    headers = {"Content-Disposition": content_disposition_header(True, f"{found.label}.xlsx")}
    return HttpResponse(file, content_type=WORKBOOK, headers=headers)


@never_cache
@require_safe
@needs(IMPORT)
def show_import(request: HttpRequest, import_id: int) -> HttpResponse:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    page = request.GET.get("step") if request.GET.get("step") == "map" and run.status in actions.CHANGEABLE else None
    name = page or PAGES[Status(run.status)]
    return render(request, f"customers/imports/{name}.html", _context(run, name))


@never_cache
@require_safe
@needs(IMPORT)
def progress(request: HttpRequest, import_id: int) -> HttpResponse:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    if PAGES[Status(run.status)] != "run":
        return HttpResponseClientRedirect(f"/imports/{run.id}/")
    return render(request, "customers/imports/run.html#progress", _context(run, "run"))


@require_POST
@needs(IMPORT)
def save_mapping(request: HttpRequest, import_id: int) -> HttpResponse:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    form = MappingForm(request.POST, run=run)
    if form.is_valid():
        try:
            actions.save_chosen_columns(run=run, pairs=form.mapping(), by=request.actor, at=now(), **form.cleaned_data)
            actions.start_import(run=run, by=request.actor, at=now(), dry=request.POST.get("then") != "run")
            return redirect("imports:import", run.id)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return render(request, "customers/imports/map.html", _context(run, "map") | {"form": form}, status=422)


@require_POST
@needs(IMPORT)
def change_kind(request: HttpRequest, import_id: int) -> HttpResponse:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    actions.change_kind(run=run, kind=request.POST.get("kind", ""), by=request.actor, at=now())
    return redirect("imports:import", run.id)


@require_POST
@needs(IMPORT)
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    actions.start_import(run=run, by=request.actor, at=now())
    return redirect("imports:import", run.id)


@require_POST
@needs(IMPORT)
def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    actions.cancel_import(run=run, by=request.actor, at=now())
    return redirect("imports:import", run.id)


@require_safe
@needs(IMPORT)
def rejected(request: HttpRequest, import_id: int) -> FileResponse:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    path = queries.check_has_rejected(run, rejected_file(run.id))
    name = f"{run.file_name.rsplit('.', 1)[0]}-rejected.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _context(run: ImportRun, name: str) -> dict[str, Any]:
    context = {
        "run": run,
        "kind": queries.kind_of(run),
        "steps": queries.list_steps(run),
        "about": queries.describe_file(run),
    }
    if name == "map":
        better = queries.find_better_kind(run)
        return context | {"columns": queries.list_columns(run), "form": MappingForm(run=run), "better": better}
    if name == "run":
        return context | {"pace": queries.get_pace(run)}
    return context | {
        "rejected": queries.list_rejected(run),
        "reasons": queries.list_reasons(run),
        "stats": queries.list_stats(run),
    }
