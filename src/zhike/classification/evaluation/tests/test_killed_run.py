"""What a run leaves behind when its process is killed, and what two runs at once do."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, connections

from zhike.classification.evaluation.actions import database_url
from zhike.classification.models import Assignment, ClassifyRun
from zhike.classification.testing import buy_ago, class_keys, classify_as_of
from zhike.customers.testing import make_customer

D = date(2026, 6, 30)
pytestmark = pytest.mark.django_db(transaction=True)

# A run that stands still in the middle of its writing: classes are closed and opened, nothing is committed.
STANDING_STILL = """
import sys, django
django.setup()
from datetime import date
from pathlib import Path
from django.conf import settings
from zhike.classification.evaluation import writeback
from zhike.classification.testing import classify_as_of
settings.STORE = Path(sys.argv[1])
writeback.METRICS = "SELECT pg_sleep(120)"
classify_as_of(date.fromisoformat(sys.argv[2]))
"""

STANDING = """
SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()"""


@pytest.mark.slow
def test_killed_while_writing_the_next_run_is_right(settings):
    for name, days in {"one": 10, "two": 100, "three": 200, "four": 85}.items():
        buy_ago(make_customer(name), D, {days: 100})
    classify_as_of(date(2026, 6, 20))
    before = list(Assignment.objects.order_by("customer_id", "scheme_id").values())
    with subprocess.Popen(
        [sys.executable, "-c", STANDING_STILL, str(settings.STORE), "2026-07-10"],
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "zhike.config.settings"},
        stderr=subprocess.DEVNULL,
    ) as child:
        asleep = _wait_until_standing()
        child.send_signal(signal.SIGKILL)
    with connection.cursor() as cursor:  # as the server does once it notices
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [asleep])
    assert list(Assignment.objects.order_by("customer_id", "scheme_id").values()) == before
    classify_as_of(date(2026, 7, 10))
    assert class_keys("lifecycle") == {
        "one": "first_purchase", "two": "at_risk", "three": "lost", "four": "at_risk",
    }  # fmt: skip
    assert ClassifyRun.objects.order_by("id").values_list("status", flat=True)[1] == "failed"
    assert classify_as_of(date(2026, 7, 10)).changed == 0


def test_two_runs_at_once_queue_and_agree():
    buy_ago(make_customer("one"), D, {10: 100})

    def run(_):
        try:
            return classify_as_of(D).changed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        changed = sorted(pool.map(run, range(3)))
    assert changed[:2] == [0, 0]
    assert changed[2] > 0
    assert not ClassifyRun.objects.exclude(status="done").exists()


def _wait_until_standing() -> int:
    """Return the process of the server that does the run's writing."""
    until = time.monotonic() + 100
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(STANDING)
            if found := cursor.fetchone():
                return int(found[0])
            time.sleep(0.05)
    raise AssertionError("the run never came to its writing")
