from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, File, Form, Query, Schema, Status
from ninja.files import UploadedFile

from zhike.accounts.public import needs
from zhike.api.public import Input, PageOf, Paging, page_answer
from zhike.customers.imports import actions, queries
from zhike.customers.imports.uploads import take_upload
from zhike.customers.models import ImportRun
from zhike.customers.rights import IMPORT
from zhike.customers.routing import router


class ImportOptions(Schema):
    """What the rows are, and how the file is to be read where that cannot be guessed."""

    kind: str = Field(description="`customers` or `orders`", max_length=20)
    encoding: str = Field("", max_length=20)
    delimiter: str = Field("", max_length=1)
    sheet: str = Field("", max_length=100)


class ImportStart(Input):
    """What the columns mean (field → heading; empty: as guessed) and what holds for the whole file."""

    mapping: dict[str, str] = {}
    source: str = Field("", max_length=100)
    currency: str = Field("", max_length=3)
    time_zone: str = Field("", max_length=60)
    overwrite: bool = False
    dry_run: bool = False


class ImportOut(Schema):
    id: int
    kind: str
    status: str
    file_name: str
    columns: list[str]
    mapping: dict[str, str]
    rows_done: int
    rows_total: int
    report: dict[str, Any]
    error: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None


@router.get("/imports", response=PageOf[ImportOut], summary="List imports")
@needs(IMPORT)
def list_imports(request: HttpRequest, paging: Query[Paging]) -> Any:
    page = queries.list_imports(actor=request.actor, after=paging.after, limit=paging.limit)
    return page_answer(page) | {"rows": [_out(run) for run in page.rows]}


@router.post("/imports", response={201: ImportOut}, summary="Upload a file")
@needs(IMPORT)
def upload(request: HttpRequest, options: Form[ImportOptions], file: File[UploadedFile]) -> Any:
    run = take_upload(file=file, by=request.actor, at=now(), **options.dict())
    return Status(201, _out(run))


@router.get("/imports/{int:import_id}", response=ImportOut, summary="Follow an import")
@needs(IMPORT)
def get_import(request: HttpRequest, import_id: int) -> Any:
    return _out(queries.get_import(import_id=import_id, actor=request.actor))


@router.post("/imports/{int:import_id}/run", response=ImportOut, summary="Run an import, or check it only")
@needs(IMPORT)
def run_import(request: HttpRequest, import_id: int, body: ImportStart) -> Any:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    settings = body.dict(exclude={"mapping", "dry_run"})
    mapping = body.mapping or run.options["mapping"]
    actions.save_mapping(run=run, mapping=mapping, by=request.actor, at=now(), remember=False, **settings)
    return _out(actions.start_import(run=run, by=request.actor, at=now(), dry=body.dry_run))


@router.post("/imports/{int:import_id}/cancel", response=ImportOut, summary="Cancel an import")
@needs(IMPORT)
def cancel_import(request: HttpRequest, import_id: int) -> Any:
    run = queries.get_import(import_id=import_id, actor=request.actor)
    return _out(actions.cancel_import(run=run, by=request.actor, at=now()))


def _out(run: ImportRun) -> dict[str, Any]:
    report = queries.get_report(run)
    if report.get("rejected_file"):
        report["rejected_file"] = f"/imports/{run.id}/rejected.csv"
    return {
        "id": run.id,
        "kind": run.kind,
        "status": run.status,
        "file_name": run.file_name,
        "columns": run.options["file"]["columns"],
        "mapping": run.options.get("mapping", {}),
        "rows_done": run.progress.get("rows_done", 0),
        "rows_total": run.progress.get("rows_total", 0),
        "report": report,
        "error": run.error,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }
