"""Uploading, mapping, checking, starting and cancelling imports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import get_language

from zhike.accounts.public import Actor, get_organisation
from zhike.audit.public import record
from zhike.customers.imports.errors import (
    CurrencyUnknown,
    FieldTwice,
    ImportUnderWay,
    KindUnknown,
    NothingToCancel,
    SourceUnfit,
    ZoneUnknown,
)
from zhike.customers.imports.events import ImportCancelled, ImportStarted
from zhike.customers.imports.first_settings import adopt_settings
from zhike.customers.imports.kinds import SOURCE, ImportKind, import_kinds
from zhike.customers.imports.mapping import check_mapping, guess_mapping, heading_hash
from zhike.customers.imports.places import clear_folder, import_folder
from zhike.customers.imports.reading.source import open_source
from zhike.customers.models import ImportMapping, ImportRun
from zhike.kit.errors import Refusal
from zhike.kit.money import currencies

Status = ImportRun.Status
CHANGEABLE = (Status.MAPPING, Status.CHECKED, Status.FAILED)
SHOWN_ROWS = 5


def create_import(
    *, kind: str, path: Path, name: str, by: Actor, at: datetime, move: bool = False, **reading: str
) -> ImportRun:
    """Take a file in, find out how it is to be read, and guess what its columns mean.

    `reading` may tell `encoding`, `delimiter`, `sheet`. With `move` the file becomes the import's own.

    :raises KindUnknown: if there is no such kind. :raises Invalid: if the file cannot be read.
    """
    if kind not in import_kinds:
        raise KindUnknown(kind=kind, known=", ".join(import_kinds.keys()))
    run = ImportRun.objects.create(
        kind=kind, file="", file_name=name[-300:], by_id=by.id if by.kind != "system" else None, created_at=at
    )
    folder = import_folder(run.id)
    if move:
        path = path.replace(folder / "upload")
    try:
        source = open_source(path.absolute(), folder, name, **reading)
        sample = source.read_sample()
    except Refusal:
        clear_folder(run.id)
        folder.rmdir()
        run.delete()
        raise
    run.file = f"imports/{run.id}"
    run.options = {
        "path": str(path.absolute()),
        "file": source.keep(),
        "rows": [list(row) for row in sample[:SHOWN_ROWS]],
        "language": get_language() or "",
        **_first_mapping(import_kinds[kind], source.columns, sample),
    }
    run.save(update_fields=["file", "options"])
    return run


@transaction.atomic
def save_mapping(
    *,
    run: ImportRun,
    mapping: Mapping[str, str],
    by: Actor,
    at: datetime,
    source: str = "",
    currency: str = "",
    time_zone: str = "",
    overwrite: bool = False,
    sample: bool = False,
    remember: bool = True,
) -> ImportRun:
    """Say what the columns mean and how the file is to be taken; empty settings are the organisation's.

    :raises ImportUnderWay: once it runs. :raises Invalid: if a setting or the mapping does not fit.
    """
    if run.status not in CHANGEABLE:
        raise ImportUnderWay
    kind, columns = import_kinds[run.kind], run.options["file"]["columns"]
    mapping = {key: column for key, column in mapping.items() if column}
    check_mapping(kind, mapping, columns)
    organisation = get_organisation()
    run.options = run.options | {
        "mapping": mapping,
        "source": _checked_source(source or SOURCE),
        "currency": _checked_currency(currency or organisation.currency),
        "time_zone": _checked_zone(time_zone or organisation.time_zone),
        "overwrite": overwrite,
        "sample": sample,
    }
    run.status, run.error, run.progress = Status.MAPPING, None, {}
    run.save(update_fields=["options", "status", "error", "progress"])
    (import_folder(run.id) / "work.duckdb").unlink(missing_ok=True)
    if remember:
        ImportMapping.objects.update_or_create(
            kind=run.kind, header_hash=heading_hash(columns), defaults={"mapping": mapping, "updated_at": at}
        )
    return run


@transaction.atomic
def change_kind(*, run: ImportRun, kind: str, by: Actor, at: datetime) -> ImportRun:
    """Take the rows for another kind of thing; what the columns mean is guessed anew.

    :raises KindUnknown: if there is no such kind. :raises ImportUnderWay: once it runs.
    """
    if kind not in import_kinds:
        raise KindUnknown(kind=kind, known=", ".join(import_kinds.keys()))
    if run.status not in CHANGEABLE:
        raise ImportUnderWay
    run.kind, run.status, run.error, run.progress = kind, Status.MAPPING, None, {}
    run.options = run.options | _first_mapping(import_kinds[kind], run.options["file"]["columns"], run.options["rows"])
    run.save(update_fields=["kind", "status", "error", "progress", "options"])
    (import_folder(run.id) / "work.duckdb").unlink(missing_ok=True)
    return run


def save_chosen_columns(
    *, run: ImportRun, pairs: Sequence[tuple[str, str]], by: Actor, at: datetime, **settings: Any
) -> ImportRun:
    """Like `save_mapping`, from pairs (field, column) as a person chose them.

    :raises FieldTwice: if two columns are said to mean the same.
    """
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise FieldTwice(field=import_kinds[run.kind].field(key).label)
    return save_mapping(run=run, mapping=dict(pairs), by=by, at=at, **settings)


def start_import(*, run: ImportRun, by: Actor, at: datetime, dry: bool = False) -> ImportRun:
    """Put a mapped import in line to be run, or with `dry` only to be checked. The worker does the rest.

    The first one of all tells what the organisation counts in, where nobody has chosen that yet.

    :raises ImportUnderWay: if it runs or is over. :raises Invalid: if its mapping lacks something.
    """
    return _start(run=run, by=by, at=at, dry=dry)


def _start(*, run: ImportRun, by: Actor, at: datetime, dry: bool, in_background: bool = True) -> ImportRun:
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(id=run.id)
        if run.status not in CHANGEABLE:
            raise ImportUnderWay
        check_mapping(import_kinds[run.kind], run.options.get("mapping", {}), run.options["file"]["columns"])
        goes_on = run.status == Status.FAILED and run.progress.get("writes") is not dry
        if not goes_on:
            run.progress = {}
        if not dry:
            record(event=ImportStarted(run.id, run.kind, run.file_name, run.options["source"]), by=by)
            adopt_settings(currency=run.options["currency"], time_zone=run.options["time_zone"], by=by, at=at)
        run.status = Status.CHECKING if dry else Status.QUEUED
        run.error = run.cancel_asked_at = run.started_at = run.finished_at = None
        run.save(update_fields=["status", "progress", "error", "cancel_asked_at", "started_at", "finished_at"])
        if in_background:
            from zhike.customers.tasks import run_import_in_background

            run_import_in_background.defer(import_id=run.id)
    return run


def start_here(*, run: ImportRun, by: Actor, at: datetime, dry: bool = False) -> ImportRun:
    """Like `start_import`, for a caller who runs it itself."""
    return _start(run=run, by=by, at=at, dry=dry, in_background=False)


@transaction.atomic
def cancel_import(*, run: ImportRun, by: Actor, at: datetime) -> ImportRun:
    """Ask an import to stop after the batch at hand; one that does not run yet is over at once.

    :raises NothingToCancel: if it is over.
    """
    run = ImportRun.objects.select_for_update().get(id=run.id)
    if run.status in (Status.DONE, Status.CANCELLED):
        raise NothingToCancel
    run.cancel_asked_at = at
    if run.status in (*CHANGEABLE, Status.QUEUED):
        run.status, run.finished_at = Status.CANCELLED, at
        clear_folder(run.id)
        record(event=ImportCancelled(run.id, run.kind), by=by)
    run.save(update_fields=["cancel_asked_at", "status", "finished_at"])
    return run


def _first_mapping(kind: ImportKind, columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, Any]:
    known = ImportMapping.objects.filter(kind=kind.key, header_hash=heading_hash(columns)).first()
    remembered = known.updated_at.date().isoformat() if known else ""
    return {"mapping": known.mapping if known else guess_mapping(kind, columns, sample), "remembered": remembered}


def _checked_source(source: str) -> str:
    if not 1 <= len(source.strip()) <= 100 or ":" in source:
        raise SourceUnfit(source=source)
    return source.strip()


def _checked_currency(currency: str) -> str:
    if currency.upper() not in currencies():
        raise CurrencyUnknown(currency=currency)
    return currency.upper()


def _checked_zone(time_zone: str) -> str:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneUnknown(time_zone=time_zone) from error
    return time_zone
