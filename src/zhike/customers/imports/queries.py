"""What the pages of imports show."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhike.accounts.public import Scope
from zhike.api.public import key_page
from zhike.customers.imports import mapping
from zhike.customers.imports.errors import NoSuchImport, NoSuchKind
from zhike.customers.imports.kinds import ImportKind, import_kinds
from zhike.customers.imports.reasons import say_problem, say_problems
from zhike.customers.imports.running import COUNTED, STATES
from zhike.customers.models import ImportRun
from zhike.kit.actor import Actor
from zhike.kit.paging import Page
from zhike.ui.public import format_exact

Status = ImportRun.Status
UNDER_WAY = (Status.CHECKING, Status.QUEUED, Status.RUNNING)
REPORT = ("rows", "accepted", "rejected", "rejected_file", *COUNTED, "seconds", "rows_per_second")
TONES = {Status.DONE: "good", Status.FAILED: "bad", Status.QUEUED: "accent", Status.RUNNING: "accent"}
AT_STEP = {
    Status.MAPPING: 1, Status.CHECKING: 2, Status.CHECKED: 2, Status.QUEUED: 3, Status.RUNNING: 3, Status.DONE: 4,
    Status.CANCELLED: 4, Status.FAILED: 4,
}  # fmt: skip


def visible_imports(actor: Actor) -> QuerySet[ImportRun]:
    """Return the imports that the actor may know of: their own; everyone's for who sees everything."""
    runs = ImportRun.objects.all()
    return runs if actor.scope is Scope.ALL else runs.filter(by_id=actor.id)


def get_import(*, import_id: int, actor: Actor) -> ImportRun:
    """:raises NoSuchImport: if there is none, or it is not the actor's to see."""
    run = visible_imports(actor).select_related("by").filter(id=import_id).first()
    if run is None:
        raise NoSuchImport
    return run


def list_imports(*, actor: Actor, after: str = "", before: str = "", limit: int = 50) -> Page[ImportRun]:
    """Return imports, newest first, each with `kind_label` and the `tone` of its state."""
    runs = visible_imports(actor).select_related("by")
    page = key_page(runs, order=("-id",), limit=limit, after=after, before=before)
    for run in page.rows:
        run.__dict__ |= {"kind_label": kind_of(run).label, "tone": TONES.get(Status(run.status), "")}
    return page


def kind_of(run: ImportRun) -> ImportKind:
    return import_kinds[run.kind]


def list_kinds() -> list[ImportKind]:
    """Return what can be imported, in the order of pages."""
    return sorted(import_kinds, key=lambda kind: kind.order)


def get_kind(key: str) -> ImportKind:
    """:raises NoSuchKind: if nothing of that name can be imported."""
    if key not in import_kinds:
        raise NoSuchKind(kind=key)
    return import_kinds[key]


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the file on the mapping page."""

    place: int
    name: str
    samples: Sequence[str]
    chosen: str
    judgement: str


def list_columns(run: ImportRun) -> list[ColumnRow]:
    """Return the columns of the file with the fields they are mapped to."""
    chosen = {column: key for key, column in run.options.get("mapping", {}).items()}
    judged = _("as last time") if run.options.get("remembered") else _("recognised")
    rows = run.options["rows"]
    return [
        ColumnRow(
            place,
            name,
            [row[place][:60] if place < len(row) else "" for row in rows[:2]],
            chosen.get(name, ""),
            judged if name in chosen else _("left out"),
        )
        for place, name in enumerate(run.options["file"]["columns"])
    ]


def find_better_kind(run: ImportRun) -> dict[str, Any] | None:
    """Return the kind that the file looks like rather, and how many of its columns it knows; None: it is as said."""
    columns = run.options["file"]["columns"]
    kinds = [import_kinds[one.key] for one in list_kinds()]  # with the firm's own fields
    found = mapping.find_better_kind(kinds, than=kind_of(run), columns=columns, sample=run.options["rows"])
    known = len(run.options.get("mapping", {}))
    if found is None or run.options.get("remembered") or found[1] <= known:
        return None
    return {"kind": found[0], "columns": len(columns), "known": known, "there": found[1]}


def describe_file(run: ImportRun) -> str:
    """Return what is known of the file, in a few words: “orders · GB18030 · ;”."""
    file = run.options["file"]
    parts = [str(kind_of(run).label), file["format"].upper(), file["encoding"], file["sheet"]]
    return " · ".join(part for part in parts if part)


def list_steps(run: ImportRun) -> list[dict[str, str]]:
    """Return the five steps of an import with their states."""
    now = AT_STEP[Status(run.status)]
    columns, mapped = len(run.options["file"]["columns"]), len(run.options.get("mapping", {}))
    texts = [
        (_("Upload"), run.file_name),
        (_("Match columns"), _("{columns} columns, {mapped} matched").format(columns=columns, mapped=mapped)),
        (_("Dry run"), _("nothing is written")),
        (_("Import"), _("can be cancelled at any time")),
        (_("Report"), ""),
    ]
    states = ["done" if place < now else "now" if place == now else "todo" for place in range(len(texts))]
    return [{"label": label, "note": note, "state": state} for (label, note), state in zip(texts, states, strict=True)]


@dataclass(frozen=True, slots=True)
class Pace:
    """How far an import is: rows done of all, share, rows per second and seconds left (None: not known yet)."""

    done: int
    total: int
    share: float
    speed: int
    left: int | None
    created: int
    rejected: int


def get_pace(run: ImportRun) -> Pace:
    """Return how far an import is."""
    progress = run.progress
    done, total = progress.get("rows_done", 0), progress.get("rows_total", 0)
    took = time.time() - progress["merge_started_at"] if "merge_started_at" in progress else 0
    speed = (done - progress.get("rows_before", 0)) / took if took > 0.5 else 0
    counts = progress.get("counts", {}).get(kind_of(run).counted, {})
    return Pace(
        done=done,
        total=total,
        share=done / total if total else 0.0,
        speed=round(speed),
        left=round((total - done) / speed) if speed else None,
        created=counts.get("created", 0),
        rejected=progress.get("rejected", 0),
    )


@dataclass(frozen=True, slots=True)
class RejectedRow:
    line: str
    texts: Sequence[str]
    reason: str


def list_rejected(run: ImportRun) -> list[RejectedRow]:
    """Return the first refused rows with their reasons in the reader's language."""
    kind = kind_of(run)
    return [
        RejectedRow(row[0], [text[:80] for text in row[2:8]], say_problems(kind, row[1]))
        for row in run.progress.get("sample", [])
    ]


def list_reasons(run: ImportRun) -> list[dict[str, Any]]:
    """Return why rows were refused, the commonest first."""
    kind = kind_of(run)
    return [
        {"reason": say_problem(kind, problem), "rows": rows}
        for problem, rows in run.progress.get("reasons", {}).items()
    ]


def get_report(run: ImportRun) -> dict[str, Any]:
    """Return the report with its figures in their order, which the database does not keep."""
    told = {key: run.report[key] for key in REPORT if key in run.report}
    for noun in COUNTED:
        if noun in told:
            told[noun] = {state: told[noun][state] for state in STATES}
    return told


def check_has_rejected(run: ImportRun, path: Path) -> Path:
    """Return the file of refused rows. :raises NoSuchImport: if no row was refused, or the file is gone."""
    if not run.report.get("rejected_file") or not path.exists():
        raise NoSuchImport
    return path


def list_stats(run: ImportRun) -> list[dict[str, Any]]:
    """Return the figures of the report: what was made, changed, known already, and refused."""
    report, found = run.report, run.progress.get("counts", {})
    counts = report.get(kind_of(run).counted, {})
    stats = [
        {"name": _("New"), "value": format_exact(counts.get("created", 0)), "note": str(kind_of(run).noun)},
        {"name": _("Updated"), "value": format_exact(counts.get("updated", 0)), "note": str(kind_of(run).noun)},
        {"name": _("Unchanged"), "value": format_exact(counts.get("unchanged", 0)), "note": _("known already")},
    ]
    if alike := found.get("look_alikes", {}).get("found"):
        note = _("new customers with somebody's phone or e-mail")
        stats[2] = {"name": _("Look-alikes"), "value": format_exact(alike), "tone": "warn", "note": note}
    rejected = report.get("rejected", 0)
    tone = "bad" if rejected else ""
    stats.append({"name": _("Refused"), "value": format_exact(rejected), "tone": tone, "note": _("rows, not written")})
    return stats
