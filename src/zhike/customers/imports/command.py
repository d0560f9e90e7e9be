"""`zhike import orders FILE`, `zhike import customers FILE`: reads a file in this process and prints the report."""

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.customers.imports.actions import cancel_import, create_import, save_mapping, start_here
from zhike.customers.imports.errors import NothingToCancel
from zhike.customers.imports.mapping import read_mapping
from zhike.customers.imports.running import run_import
from zhike.customers.models import ImportRun
from zhike.kit.actor import SYSTEM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", help=str(_("what the rows are: orders or customers")))
    parser.add_argument("file", help=str(_("CSV, XLSX or Parquet")))
    parser.add_argument(
        "--map", default="", metavar="FIELD=COLUMN,…", help=str(_("what the columns mean; else it is guessed"))
    )
    parser.add_argument("--source", default="", help=str(_("the system that the numbers come from")))
    parser.add_argument("--currency", default="", help=str(_("of amounts without one, such as GBP")))
    parser.add_argument("--time-zone", default="", help=str(_("of times without one, such as Europe/London")))
    parser.add_argument("--encoding", default="", help=str(_("of the file's letters; else it is found out")))
    parser.add_argument("--sheet", default="", help=str(_("of a workbook; else the first with rows")))
    parser.add_argument("--overwrite", action="store_true", help=str(_("let the file win over what is known already")))
    parser.add_argument("--dry-run", action="store_true", help=str(_("check the file and count, write nothing")))
    parser.add_argument("--json", action="store_true", help=str(_("print the figures as JSON")))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Import one file and return the figures of its report."""
    path = Path(options.file).expanduser()
    job = create_import(
        kind=options.kind,
        path=path,
        name=path.name,
        by=SYSTEM,
        at=now(),
        encoding=options.encoding,
        sheet=options.sheet,
    )
    mapping = read_mapping(options.map) if options.map else job.options["mapping"]
    job = save_mapping(
        run=job,
        mapping=mapping,
        by=SYSTEM,
        at=now(),
        source=options.source,
        currency=options.currency,
        time_zone=options.time_zone,
        overwrite=options.overwrite,
        remember=False,
    )
    before = get_organisation().currency, get_organisation().time_zone
    start_here(run=job, by=SYSTEM, at=now(), dry=options.dry_run)
    if (get_organisation().currency, get_organisation().time_zone) != before:
        _say(_("The organisation now counts in {currency} and its days are those of {time_zone}."))
    try:
        done = run_import(import_id=job.id, told=_Line().show)
    except (KeyboardInterrupt, SystemExit):
        _stop(job)
        raise
    if rejected := done.report["rejected_file"]:
        done.report["rejected_file"] = str(Path(settings.MEDIA_ROOT) / rejected)
    return done.report


def _stop(job: ImportRun) -> None:
    """Cancel an import that was stopped from the shell: nobody wants the worker to go on with it."""
    connection.close()  # it may have been stopped in the middle of an answer
    with suppress(NothingToCancel):
        cancel_import(run=job, by=SYSTEM, at=now())
        run_import(import_id=job.id)


class _Line:
    """The progress line on a terminal: rows, speed, time left; written over itself."""

    def __init__(self) -> None:
        self.wanted, self.start = sys.stderr.isatty(), time.monotonic()

    def show(self, run: ImportRun) -> None:
        if not self.wanted:
            return
        done, total = run.progress.get("rows_done", 0), run.progress.get("rows_total", 0)
        speed = done / max(time.monotonic() - self.start, 0.01)
        left = (total - done) / speed if speed else 0
        text = str(_("{done:,} of {total:,} rows · {speed:,.0f} per second · {left:.0f} s left"))
        end = "\n" if run.status == ImportRun.Status.DONE else ""
        sys.stderr.write("\r\x1b[K" + text.format(done=done, total=total, speed=speed, left=left) + end)
        sys.stderr.flush()


def _say(sentence: Any) -> None:
    organisation = get_organisation()
    sys.stderr.write(str(sentence).format(currency=organisation.currency, time_zone=organisation.time_zone) + "\n")
