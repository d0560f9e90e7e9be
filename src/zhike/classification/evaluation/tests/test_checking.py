"""The nightly check of the engine's copy: what was deleted behind the product's back leaves the classes too."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.classification.evaluation.actions import get_store
from zhike.classification.evaluation.checking import check_at_night, check_store, rebuild_store
from zhike.classification.testing import buy, class_keys, classify_as_of
from zhike.customers.testing import make_customer
from zhike.engine.public import last_check
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = datetime(2026, 6, 1, 19, 20, tzinfo=UTC)  # 3:20 in Shanghai
D = datetime(2026, 6, 1).date()


@pytest.fixture
def forgotten() -> None:
    """Two buyers were classified; then one's purchases were deleted in the database, and nobody said so."""
    for name in ("kept", "erased"):
        buy(make_customer(name), D - timedelta(days=10), 100)
    classify_as_of(D)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_fact USING customers_customer AS c WHERE c.id = customer_id AND c.name = 'erased'"
        )


def test_at_night_what_differs_is_copied_anew_and_told(client, forgotten):
    classify_as_of(D)
    assert class_keys("lifecycle") == {"kept": "first_purchase", "erased": "first_purchase"}
    client.force_login(make_user("ada"))
    assert "数据副本" not in client.get("/workbench/store/").content.decode()

    assert not check_at_night(at=NIGHT + timedelta(hours=1))
    assert check_at_night(at=NIGHT)

    told = [("StoreRepaired", {"parts": 1, "months": ["2026-05"]})]
    assert recorded("StoreRepaired") == told
    held = last_check(get_store())
    assert held is not None
    assert (held["repaired"], held["facts"], held["customers"]) == (True, 1, 2)
    classify_as_of(D)
    assert class_keys("lifecycle") == {"kept": "first_purchase", "erased": "prospect"}
    assert check_at_night(at=NIGHT + timedelta(days=1))
    assert recorded("StoreRepaired") == told


def test_a_difference_is_told_on_the_workbench_of_who_keeps_the_types(client, forgotten):
    check_store(repair=False, by=SYSTEM, at=NIGHT)
    client.force_login(make_user("ana"))
    assert "数据副本" not in client.get("/workbench/store/").content.decode()
    client.force_login(make_user("ada"))
    assert "用于归类的数据副本与数据库不一致" in client.get("/workbench/store/").content.decode()

    check_store(repair=True, by=SYSTEM, at=datetime.now(UTC))
    assert "有 1 处与数据库不一致，已重新复制" in client.get("/workbench/store/").content.decode()


def test_rebuilding_copies_the_whole_database_again(forgotten):
    rebuild_store(by=SYSTEM, at=datetime.now(UTC))
    assert check_store(repair=False, by=SYSTEM, at=NIGHT).differing == []
