"""An import that is killed, cancelled or run twice at once ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM
from zhike.commerce.models import Order, OrderLine, Product
from zhike.customers.public import Customer, create_import, run_import, save_mapping, start_here

Fact, ImportRun = apps.get_model("customers", "Fact"), apps.get_model("customers", "ImportRun")
ORDERS, LINES = 400, 5
KILLED = """
import os, signal, sys
import django
django.setup()
from zhike.customers.imports import running, work
work.BATCH_ROWS = 250
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
place, import_id = sys.argv[1], int(sys.argv[2])
if place == "in the check": work.WorkFile._keep_unreadable = die
if place == "in a batch":
    kind, merge, seen = running.import_kinds["orders"], running.import_kinds["orders"].merge, []
    def merge_and_die(*arguments):
        counts = merge(*arguments)
        seen.append(counts)
        if len(seen) == 3: die()
        return counts
    object.__setattr__(kind, "merge", merge_and_die)
if place == "at the end": running._Running._finish = die
running.run_import(import_id=import_id)
"""


@pytest.fixture
def mapped(settings, tmp_path, transactional_db):
    """Return a function that takes a file of 400 orders in, ready to run."""
    settings.MEDIA_ROOT = tmp_path / "home" / "uploads"
    path = tmp_path / "orders.csv"
    rows = [
        f"N{order},S{(order * 7 + line) % 50},{line + 1},2024-03-{order % 28 + 1:02},{order % 9}.95,K{order % 60}"
        for order in range(ORDERS)
        for line in range(LINES)
    ]
    path.write_text("order,sku,qty,date,price,customer id\n" + "\n".join(rows) + "\n")

    def take_in() -> Any:
        run = create_import(kind="orders", path=path, name="orders.csv", by=SYSTEM, at=now())
        save_mapping(run=run, mapping=run.options["mapping"], by=SYSTEM, at=now(), remember=False)
        return start_here(run=run, by=SYSTEM, at=now())

    return take_in


def everything() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Order, OrderLine, Product, Customer, Fact)}


WHOLE = {"Order": ORDERS, "OrderLine": ORDERS * LINES, "Product": 50, "Customer": 60, "Fact": ORDERS * LINES}
CREATED = {"created": ORDERS, "updated": 0, "unchanged": 0}


def database_url() -> str:
    known = connection.settings_dict
    where = f"host={known['HOST']}&port={known['PORT'] or 5432}"
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@/{known['NAME']}?{where}"


@pytest.mark.parametrize("place", ["in the check", "in a batch", "at the end"])
def test_killed_it_goes_on_exactly_where_it_was(mapped, settings, place):
    run = mapped()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "ZHIKE_HOME": str(settings.MEDIA_ROOT.parent),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, place, str(run.id)], env=environment, check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    done = run_import(import_id=run.id)
    assert done.status == "done"
    assert done.report["orders"] == CREATED
    assert done.report["customers"] == {"created": 60, "updated": 0, "unchanged": 0}
    assert (done.report["rows"], done.report["accepted"]) == (ORDERS * LINES, ORDERS * LINES)
    assert everything() == WHOLE


def test_two_imports_of_one_file_at_once_double_nothing(mapped, monkeypatch):
    monkeypatch.setattr("zhike.customers.imports.work.BATCH_ROWS", 250)
    runs = [mapped(), mapped()]
    reports, faults = [], []

    def run_one(run: Any) -> None:
        try:
            reports.append(run_import(import_id=run.id).report)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run_one, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert everything() == WHOLE
    assert sum(report["orders"]["created"] for report in reports) == ORDERS
    assert sum(report["orders"]["unchanged"] for report in reports) == ORDERS
    assert sum(report["customers"]["created"] for report in reports) == 60


def test_a_second_worker_on_the_same_import_does_nothing(mapped, monkeypatch):
    monkeypatch.setattr("zhike.customers.imports.running.PATIENCE", 0.2)
    run = mapped()
    seen = []

    def second() -> None:
        seen.append(run_import(import_id=run.id).status)
        connection.close()

    def told(_run: Any) -> None:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    assert run_import(import_id=run.id, told=told).report["orders"] == CREATED
    assert seen[0] == "running"
    assert everything() == WHOLE


def test_cancelled_between_batches_what_is_written_stays(mapped, monkeypatch):
    monkeypatch.setattr("zhike.customers.imports.work.BATCH_ROWS", 250)

    def told(run: Any) -> None:
        if run.progress["batches_done"] == 3:
            ImportRun.objects.filter(id=run.id).update(cancel_asked_at=now())

    run = run_import(import_id=mapped().id, told=told)
    assert run.status == "cancelled"
    assert everything()["OrderLine"] == 750
    assert run_import(import_id=mapped().id).report["orders"] == {"created": 250, "updated": 0, "unchanged": 150}
    assert everything() == WHOLE


def test_when_the_database_goes_away_the_next_try_goes_on(mapped, monkeypatch):
    monkeypatch.setattr("zhike.customers.imports.work.BATCH_ROWS", 250)
    run = mapped()

    def told(run: Any) -> None:
        if run.progress["batches_done"] == 3:
            thread = threading.Thread(target=end_backend, args=[connection.connection.info.backend_pid])
            thread.start()
            thread.join()

    def end_backend(pid: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        connection.close()

    with pytest.raises(OperationalError):
        run_import(import_id=run.id, told=told)
    connection.close()
    done = run_import(import_id=run.id)
    assert (done.status, done.report["orders"]) == ("done", CREATED)
    assert everything() == WHOLE


def test_a_fault_of_ours_is_told_and_can_be_tried_again(mapped, monkeypatch):
    run = mapped()
    with monkeypatch.context() as patch:
        patch.setattr("zhike.customers.imports.work.WorkFile.open_batch", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_import(import_id=run.id)
    run.refresh_from_db()
    assert (run.status, run.error["code"]) == ("failed", "imports.broke_off")
    start_here(run=run, by=SYSTEM, at=now())
    assert run_import(import_id=run.id).report["orders"] == CREATED


def test_a_dry_run_that_broke_off_does_not_shorten_the_import(mapped, monkeypatch):
    monkeypatch.setattr("zhike.customers.imports.work.BATCH_ROWS", 250)
    run = mapped()
    ImportRun.objects.filter(id=run.id).update(status="checked")
    start_here(run=run, by=SYSTEM, at=now(), dry=True)

    def fail(_run: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_import(import_id=run.id, told=fail)
    start_here(run=run, by=SYSTEM, at=now())
    assert run_import(import_id=run.id).report["orders"] == CREATED


@pytest.mark.slow
def test_a_million_rows_with_one_in_a_hundred_bad(settings, tmp_path, transactional_db):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    path = tmp_path / "large.csv"
    with path.open("w") as stream:
        stream.write("order,sku,qty,date,price,customer id\n")
        for row in range(1_000_000):
            price = "-1" if row % 100 == 7 else f"{row % 90}.5"
            order = row // 20
            customer = f"K{order % 20000}" if order % 4 == 0 else ""  # the facts of customers have tests of their own
            stream.write(f"N{order},S{row % 500},1,2024-03-{row % 28 + 1:02},{price},{customer}\n")
    run = create_import(kind="orders", path=path, name="large.csv", by=SYSTEM, at=now())
    save_mapping(run=run, mapping=run.options["mapping"], by=SYSTEM, at=now(), remember=False)
    start_here(run=run, by=SYSTEM, at=now())
    done = run_import(import_id=run.id)
    assert (done.report["rows"], done.report["accepted"], done.report["rejected"]) == (1_000_000, 990_000, 10_000)
    assert done.progress["reasons"] == {"price_negative:unit_price": 10_000}
    assert OrderLine.objects.count() == 990_000
