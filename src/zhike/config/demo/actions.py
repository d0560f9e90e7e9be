import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import override

from zhike.accounts.public import Actor, get_organisation
from zhike.analytics.public import start_runs
from zhike.audit.public import record
from zhike.classification.public import (
    end_sample_policies,
    get_store,
    install_built_in_schemes,
    run_classification,
    set_sample_policies,
)
from zhike.config.demo import customers, orders
from zhike.config.demo.backdating import backdate_customers
from zhike.config.demo.clearing import remove_sample_records
from zhike.config.demo.errors import DemoAlreadyThere
from zhike.config.demo.events import DemoCleared, DemoLoaded
from zhike.config.demo.following import follow_sample_customers
from zhike.config.demo.generation import make_firm
from zhike.config.demo.queries import get_demo_state
from zhike.config.demo.staffing import add_staff, name_organisation, remove_empty_teams, unname_organisation
from zhike.customers.public import create_import, run_import, save_mapping, start_here
from zhike.kit.clock import local_day

SOURCE = "demo-erp"  # of numbers of the sample firm; a real file under another source never meets them
AFTER_ANSWER = 3  # seconds that models wait, so that the pages come first
HISTORY = 2  # month starts at which everybody was classified, so that classes have a past


def load_demo(*, by: Actor, at: datetime, language: str | None = None) -> DemoLoaded:
    """Put the sample firm in, through the same import that everybody uses, and classify it. Not in a transaction.

    `language` is "zh-hans" or "en"; without it, the organisation's. What an attempt that was killed left is cleared
    first.

    :raises DemoAlreadyThere: if it is here in full.
    """
    state, started = get_demo_state(), perf_counter()
    if state.loaded:
        raise DemoAlreadyThere(customers=state.customers)
    if state.customers or state.orders:
        clear_demo(by=by, at=at)
    language = "en" if (language or get_organisation().language).startswith("en") else "zh-hans"
    with override(language):
        with transaction.atomic():
            name_organisation(language=language)
            add_staff(language=language, at=at)
        loaded = _import_firm(by=by, at=at, language=language)
    with transaction.atomic():
        backdate_customers(at=at)
        install_built_in_schemes()
        set_sample_policies(at=at)
    _classify_months(by=by, at=at + timedelta(seconds=perf_counter() - started))
    start_runs(after=AFTER_ANSWER, by=by, at=now())
    event = DemoLoaded(**loaded)
    record(event=event, by=by)
    return event


def clear_demo(*, by: Actor, at: datetime) -> DemoCleared:
    """Take the sample records out, and only them; return what went and what stays. Not in a transaction."""
    with transaction.atomic():
        gone, kept = remove_sample_records()
        remove_empty_teams()
        unname_organisation()
        end_sample_policies(at=at)
        event = DemoCleared(gone["customers"], gone["orders"], {noun: count for noun, count in kept.items() if count})
        record(event=event, by=by)
        transaction.on_commit(_copy_anew)
    run_classification(full=True, by=by, at=at)
    return event


def _copy_anew() -> None:
    """Tell the engine that rows went away, which copying what is new cannot see."""
    get_store().mark_stale()


def _import_firm(*, by: Actor, at: datetime, language: str) -> dict[str, int]:
    zone = get_organisation().time_zone
    firm = make_firm(until=at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), language=language)
    names = ("customers.csv", "orders.csv") if language == "en" else ("客户.csv", "订单.csv")
    files = (
        ("customers", names[0], customers.HEADINGS, customers.customer_rows(firm.customers)),
        ("orders", names[1], orders.HEADINGS, orders.order_rows(firm.orders, language=language)),
    )
    counts = {}
    with TemporaryDirectory(prefix="zhike-demo-") as folder:
        for kind, name, headings, rows in files:
            mapping = {field: both[language == "en"] for field, both in headings.items()}
            path = _write(Path(folder) / name, mapping, rows)
            counts[kind] = _import_file(kind, path, mapping, by=by, at=at)
    return counts


def _write(path: Path, mapping: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(mapping.values())
        writer.writerows([row[field] for field in mapping] for row in rows)
    return path


def _import_file(kind: str, path: Path, mapping: Mapping[str, str], *, by: Actor, at: datetime) -> int:
    """Import one file as sample data; return how many records it created."""
    run = create_import(kind=kind, path=path, name=path.name, by=by, at=at)
    run = save_mapping(run=run, mapping=mapping, by=by, at=at, source=SOURCE, sample=True, remember=False)
    start_here(run=run, by=by, at=at)
    return int(run_import(import_id=run.id).report[kind]["created"])


def _classify_months(*, by: Actor, at: datetime) -> None:
    """Classify as of the last month starts, then as of today."""
    today = local_day(at, get_organisation().time_zone)
    for day in _month_starts(today):
        run_classification(as_of=day, by=by, at=at)
    follow_sample_customers(at=at)
    run_classification(by=by, at=at)


def _month_starts(today: date) -> list[date]:
    first, starts = today.replace(day=1), []
    for _ in range(HISTORY):
        starts.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return sorted(start for start in starts if start < today)
