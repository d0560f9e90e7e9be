"""Imports whose process died or was stopped: none says for ever that it runs."""

import argparse
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from zhike.customers.imports import command
from zhike.customers.imports.actions import create_import, save_mapping, start_here
from zhike.customers.imports.running import list_left_imports, run_import
from zhike.customers.models import Customer, ImportRun
from zhike.customers.tasks import go_on_with_left_imports
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "id,name\n" + "".join(f"C{number},Shop {number}\n" for number in range(12))


@pytest.fixture(name="waiting")
def _waiting(put) -> Any:
    """Return a function that takes the file in, ready to run."""

    def take_in() -> ImportRun:
        run = create_import(kind="customers", path=put(FILE), name="file.csv", by=SYSTEM, at=now())
        save_mapping(run=run, mapping=run.options["mapping"], by=SYSTEM, at=now(), remember=False)
        return start_here(run=run, by=SYSTEM, at=now())

    return take_in


def test_one_that_was_killed_in_a_shell_is_gone_on_with_by_the_worker(waiting):
    queued, left, over = waiting(), waiting(), waiting()
    ImportRun.objects.filter(id=left.id).update(status="running")
    ImportRun.objects.filter(id=over.id).update(status="failed")
    go_on_with_left_imports(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, (args ->> 'import_id')::int FROM procrastinate_jobs")
        assert cursor.fetchall() == [("customers.run_import", left.id)]
    assert run_import(import_id=left.id).report["customers"] == {"created": 12, "updated": 0, "unchanged": 0}
    assert list_left_imports() == []
    assert ImportRun.objects.get(id=queued.id).status == "queued"


def test_one_that_is_at_work_is_not_left(waiting):
    seen = []

    def ask() -> None:
        seen.append(list_left_imports())
        connection.close()

    def told(_run: ImportRun) -> None:
        if not seen:
            thread = threading.Thread(target=ask)
            thread.start()
            thread.join()

    run_import(import_id=waiting().id, told=told)
    assert seen == [[]]


def test_stopped_in_the_shell_it_is_cancelled_and_what_is_written_stays(put, monkeypatch):
    def stop(_line: Any, _run: ImportRun) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("zhike.customers.imports.work.BATCH_ROWS", 5)
    monkeypatch.setattr(command._Line, "show", stop)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    with pytest.raises(KeyboardInterrupt):
        command.run(parser.parse_args(["customers", str(put(FILE))]))
    assert ImportRun.objects.get().status == "cancelled"
    assert Customer.objects.count() == 5
    assert list_left_imports() == []
