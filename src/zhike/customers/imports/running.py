"""An import, from a checked mapping to its report. Killed at any point, it goes on where it was."""

import csv
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.timezone import now
from django.utils.translation import override

from zhike.accounts.public import SYSTEM, Actor, Scope, get_actor, get_organisation, owner_ids
from zhike.audit.public import alone, record
from zhike.customers.imports.errors import BrokeOff, ImporterGone, NoSuchImport
from zhike.customers.imports.events import ImportCancelled, ImportFinished
from zhike.customers.imports.kinds import Counts, ImportKind, Settings, import_kinds
from zhike.customers.imports.places import clear_folder, import_folder, rejected_file
from zhike.customers.imports.reading.source import Source
from zhike.customers.imports.reasons import say_problems
from zhike.customers.imports.work import Totals, WorkFile
from zhike.customers.models import ExternalId, ImportRun
from zhike.customers.rights import IMPORT
from zhike.kit.errors import Refusal

Status = ImportRun.Status
ONE_RUN, ONE_MERGE = 7_103_001, 7_103_002  # advisory locks: of a run (with its id), of merging
PATIENCE = 15.0  # seconds that a second worker waits for the first: it may be dead, and not yet known to be
SHOWN = 100  # refused rows on the report page
DATABASE_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
COUNTED = ("orders", "customers")
STATES = ("created", "updated", "unchanged")

type Told = Callable[[ImportRun], None]


def run_import(*, import_id: int, told: Told = lambda run: None) -> ImportRun:
    """Do what an import waits for: the dry run (status checking) or the import itself (queued, running).

    A second caller at the same time does nothing. `told` hears of progress after each batch. A refusal or a fault of
    ours ends the import as failed, with a sentence kept; started again, it goes on where it was.

    :raises Refusal: the same, for whoever waits for it. :raises OperationalError: if the database went away.
    """
    with alone(ONE_RUN, import_id, patience=PATIENCE) as first:
        run = ImportRun.objects.filter(id=import_id).first()
        if run is None:
            raise NoSuchImport
        if not first or run.status not in (Status.CHECKING, Status.QUEUED, Status.RUNNING):
            return run
        try:
            _Running(run, told).go()
        except DATABASE_AWAY:
            raise
        except Refusal as refusal:
            _keep_failure(run, refusal)
            raise
        except Exception:
            _keep_failure(run, BrokeOff(name=run.file_name))
            raise
        return run


def keep_imports_out() -> None:
    """Let no import merge until this transaction ends: what it matched by might be another when it writes.

    Others who call this do not wait for each other, an import that merges is waited for: a batch, about a second.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ONE_MERGE])


def list_left_imports() -> list[int]:
    """Return the imports that say they run while no process does them: the one that did died."""
    left = []
    for import_id in ImportRun.objects.filter(status__in=(Status.CHECKING, Status.RUNNING)).values_list(
        "id", flat=True
    ):
        with alone(ONE_RUN, import_id) as nobody:
            if nobody:
                left.append(import_id)
    return left


def _keep_failure(run: ImportRun, refusal: Refusal) -> None:
    run.status, run.finished_at = Status.FAILED, now()
    facts = {key: str(one) for key, one in refusal.facts.items()}
    run.error = {"code": refusal.code, "facts": facts, "message": refusal.message}
    run.save(update_fields=["status", "error", "finished_at"])


class _Running:
    def __init__(self, run: ImportRun, told: Told) -> None:
        self.run, self.told = run, told
        self.kind: ImportKind = import_kinds[run.kind]
        self.writes = run.status != Status.CHECKING
        self.actor = _actor_of(run)

    def go(self) -> None:
        run = self.run
        if run.status == Status.QUEUED:
            run.status = Status.RUNNING
        run.started_at = run.started_at or now()
        run.save(update_fields=["status", "started_at"])
        if self._cancelled():
            return self._cancel()
        self._progress(stage="checking", writes=self.writes)
        with WorkFile(import_folder(run.id), Source.load(run.options["file"])) as work:
            totals = work.check(self.kind, run.options["mapping"], self._settings(), self._refused_customers)
            self._progress(rows_total=totals.accepted, reasons=dict(totals.reasons), rejected=totals.rejected)
            if not self._merge(work):
                return self._cancel()
            sample = self._write_rejected(work) if totals.rejected else []
            self._finish(work, totals, sample)
        if self.writes:
            clear_folder(run.id)
        return None

    def _merge(self, work: WorkFile) -> bool:
        """Merge batch after batch; each with its counts in one transaction. False: somebody cancelled."""
        settings, done = self._settings(), self.run.progress.get("batches_done", 0)
        self._progress(stage="merging", merge_started_at=time.time(), rows_before=self.run.progress.get("rows_done", 0))
        for number, rows in work.batches()[done:]:
            if self._cancelled():
                return False
            lines = work.open_batch(number)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_MERGE])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # cheaper than a long queue at the end
                counts = self.kind.merge(cursor, lines, settings, self.writes)
                progress = self.run.progress
                self._progress(
                    batches_done=progress.get("batches_done", 0) + 1,
                    rows_done=progress.get("rows_done", 0) + rows,
                    counts=_add(progress.get("counts", {}), counts),
                    now=time.time(),
                )
            self.told(self.run)
        return True

    def _finish(self, work: WorkFile, totals: Totals, sample: list[list[str]]) -> None:
        run = self.run
        counts = self._final_counts(work, totals)
        run.finished_at = now()
        seconds = (run.finished_at - (run.started_at or run.finished_at)).total_seconds()
        run.report = {
            "rows": totals.rows,
            "accepted": totals.accepted,
            "rejected": totals.rejected,
            "rejected_file": f"imports/{run.id}/rejected.csv" if totals.rejected else None,
            **counts,
            "seconds": round(seconds, 2),
            "rows_per_second": round(totals.rows / seconds) if seconds else totals.rows,
        }
        run.status = Status.DONE if self.writes else Status.CHECKED
        with transaction.atomic():
            if not self.writes:
                run.finished_at = run.started_at = None
            run.progress = {"sample": sample, "reasons": dict(totals.reasons)} | (run.progress if self.writes else {})
            run.save(update_fields=["report", "progress", "status", "started_at", "finished_at"])
            if self.writes:
                record(event=ImportFinished(run.id, run.kind, totals.rows, totals.accepted), by=self.actor)
        self.told(run)

    def _final_counts(self, work: WorkFile, totals: Totals) -> Counts:
        found = self.run.progress.get("counts", {})
        counts = {noun: {state: found.get(noun, {}).get(state, 0) for state in STATES} for noun in COUNTED}
        if self.kind.customer_field and not self.writes:
            counts["customers"] |= {"created": totals.distinct["customers"] - self._known_customers(work), "updated": 0}
        for noun, number in totals.distinct.items():
            counts[noun]["unchanged"] = number - counts[noun]["created"] - counts[noun]["updated"]
        return counts

    def _known_customers(self, work: WorkFile) -> int:
        source = self.run.options["source"]
        chunks = work.distinct(self.kind.customer_field)
        return sum(ExternalId.objects.filter(source=source, value__in=chunk).count() for chunk in chunks)

    def _write_rejected(self, work: WorkFile) -> list[list[str]]:
        """Write the file of refused rows, in the importer's language; return the first rows for the report page."""
        headings, language = work.source.columns, self.run.options.get("language") or get_organisation().language
        sample: list[list[str]] = []
        path = rejected_file(self.run.id)
        with override(language), path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([*headings, REASON_HEADING, LINE_HEADING])
            for line, problems, texts in work.rejected_rows():
                row = [_harmless(text or "") for text in texts]
                row += [""] * (len(headings) - len(row))
                writer.writerow([*row, say_problems(self.kind, problems), line])
                if len(sample) < SHOWN:
                    sample.append([str(line), problems, *[text or "" for text in texts][: len(headings)]])
        return sample

    def _cancel(self) -> None:
        run = self.run
        run.status, run.finished_at = Status.CANCELLED, now()
        with transaction.atomic():
            run.save(update_fields=["status", "finished_at"])
            record(event=ImportCancelled(run.id, run.kind), by=self.actor)
        clear_folder(run.id)

    def _cancelled(self) -> bool:
        return ImportRun.objects.filter(id=self.run.id, cancel_asked_at__isnull=False).exists()

    def _progress(self, **changes: Any) -> None:
        self.run.progress = self.run.progress | changes
        self.run.save(update_fields=["progress"])

    def _settings(self) -> Settings:
        options, actor = self.run.options, self.actor
        return Settings(
            source=options["source"],
            currency=options["currency"],
            time_zone=options["time_zone"],
            by=actor,
            at=self.run.created_at,
            owner_id=None if actor.scope is Scope.ALL else actor.id,
            overwrite=options.get("overwrite", False),
            sample=options.get("sample", False),
        )

    def _refused_customers(self, refs: Sequence[str]) -> set[str]:
        """Return those external ids that belong to customers whom the importer may not see."""
        owners = owner_ids(self.actor)
        if owners is None:
            return set()
        known = ExternalId.objects.filter(source=self.run.options["source"], value__in=refs)
        theirs = known.filter(customer__owner_id__in=owners).values("id")
        return set(known.exclude(id__in=theirs).values_list("value", flat=True))


REASON_HEADING = "原因 reason"
LINE_HEADING = "行 line"


def _actor_of(run: ImportRun) -> Actor:
    actor = get_actor(user_id=run.by_id) if run.by_id else SYSTEM
    if actor is None or not actor.may(IMPORT):
        raise ImporterGone
    return actor


def _add(counts: Counts, more: Counts) -> Counts:
    nouns = {*counts, *more}
    return {
        noun: {
            state: counts.get(noun, {}).get(state, 0) + more.get(noun, {}).get(state, 0)
            for state in {*counts.get(noun, {}), *more.get(noun, {})}
        }
        for noun in nouns
    }


def _harmless(text: str) -> str:
    """Mark a text that a spreadsheet would take for a formula; reading takes the mark off again."""
    risky = text[:1] in ("=", "@") or (text[:1] in ("+", "-") and not text[1:2].isdigit())
    return f"'{text}" if risky else text
