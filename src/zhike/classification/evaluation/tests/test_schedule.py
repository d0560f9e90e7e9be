"""When a run is asked for: once for a burst of changes, and once a day."""

from datetime import UTC, date, datetime

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhike.accounts.testing import make_user
from zhike.audit.testing import deliver_recorded
from zhike.classification.evaluation.schedule import run_if_new_day, run_soon
from zhike.classification.models import ClassifyRun
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


def waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name="classification.run", status="todo").count()


def test_many_changes_ask_for_one_run():
    for number in range(3):
        make_customer(f"Firm {number}")
    assert deliver_recorded() >= 3
    assert waiting() == 1


def test_asking_twice_is_one_run():
    run_soon()
    run_soon()
    assert waiting() == 1


def test_a_new_day_of_the_organisation_asks_for_a_run():
    before_midnight = datetime(2026, 6, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    ClassifyRun.objects.create(as_of=date(2026, 6, 1), status="done")
    assert not run_if_new_day(at=before_midnight)
    assert waiting() == 0
    assert run_if_new_day(at=before_midnight.replace(hour=16, minute=1))
    assert waiting() == 1


def test_a_failed_run_does_not_count_as_todays():
    ClassifyRun.objects.create(as_of=date(2026, 6, 1), status="failed")
    assert run_if_new_day(at=datetime(2026, 6, 1, 4, tzinfo=UTC))


@pytest.mark.parametrize(("login", "status"), [("ana", 403), ("vic", 403), ("li", 302), ("ada", 302)])
def test_who_may_ask_for_a_run(client, login, status):
    client.force_login(make_user(login))
    assert client.post("/classes/run/").status_code == status
    assert waiting() == (1 if status == 302 else 0)
