from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.test import Client

from zhike.accounts.public import SYSTEM, User, get_organisation, sync_built_in_roles
from zhike.accounts.testing import make_user
from zhike.config.demo import actions, queries
from zhike.config.demo.errors import DemoAlreadyThere
from zhike.customers.public import Customer
from zhike.customers.testing import make_customer

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


def table(room, noun):
    return apps.get_model(room, noun).objects


@pytest.fixture
def _store(tmp_path, settings):
    settings.STORE = tmp_path / "store"
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_store")
def test_the_firm_comes_in_through_the_import_and_goes_without_touching_what_is_real():
    sync_built_in_roles()
    own = make_customer(name="自己的客户")

    loaded = actions.load_demo(by=SYSTEM, at=NOON)

    assert loaded.customers == 2000
    assert loaded.orders == table("commerce", "Order").filter(sample=True).count() > 8000
    assert table("commerce", "Product").filter(sample=True).count() == 40
    assert get_organisation().name == "启衡仪器"
    assert not get_organisation().configured
    runs = {run.kind: run.report for run in table("customers", "ImportRun").all()}
    assert runs["customers"]["rejected"] == 1
    assert runs["orders"]["rejected"] == 4
    assert table("customers", "Fact").filter(customer__sample=True, occurred_at__gt=NOON).count() == 0
    assert Customer.objects.filter(sample=True, owner=None).count() > 60
    assert 5 < Customer.objects.filter(sample=True, created_at__gt=NOON - timedelta(days=7)).count() < 60
    lifecycle = stages()
    assert set(lifecycle) == {"prospect", "first_purchase", "repeat", "loyal", "at_risk", "lost", "won_back"}
    assert min(lifecycle.values()) > 50
    assert table("classification", "Assignment").exclude(valid_to=None).count() > 1000  # classes have a past
    with pytest.raises(DemoAlreadyThere, match="2000"):
        actions.load_demo(by=SYSTEM, at=NOON)

    kept = Customer.objects.filter(sample=True).order_by("id").first()
    table("customers", "Note").create(customer=kept, text="下周回访")
    cleared = actions.clear_demo(by=SYSTEM, at=NOON + timedelta(minutes=5))

    assert cleared.customers == 1999
    assert cleared.kept["customers"] == 1
    assert set(Customer.objects.values_list("id", "sample")) == {(own.id, False), (kept.id, False)}
    assert table("commerce", "Order").count() == table("customers", "Fact").count() == 0
    assert table("commerce", "Product").count() == 0
    assert not User.objects.filter(sample=True, is_active=True).exists()
    assert stages() == {"prospect": 2}
    assert get_organisation().name == ""
    assert not queries.demo_loaded()


def stages() -> dict[str, int]:
    found: dict[str, int] = {}
    held = table("classification", "Assignment").filter(scheme__key="lifecycle", valid_to=None)
    for key in held.values_list("to_class__key", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


@pytest.mark.django_db
def test_the_page_hands_loading_to_the_worker_once(client: Client):
    client.force_login(make_user("ada"))
    page = client.get("/settings/demo/").text
    assert "载入示例数据" in page
    assert client.post("/settings/demo/load/").status_code == 302
    assert "正在载入示例数据" in client.get("/settings/demo/progress/").text
    again = client.post("/settings/demo/load/")
    assert again.status_code == 409
    assert "示例数据正在载入或清除，请等它完成。" in again.text


@pytest.mark.django_db
def test_there_is_nothing_to_clear_at_first(client: Client):
    client.force_login(make_user("ada"))
    answer = client.post("/settings/demo/clear/")
    assert answer.status_code == 409
    assert "没有可清除的示例数据。" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["ana", "li", "vic", "max"])
def test_only_administrators_load_and_clear(client: Client, login: str):
    client.force_login(make_user(login))
    assert client.get("/settings/demo/").status_code == 403
    assert client.post("/settings/demo/load/").status_code == 403
    assert client.post("/settings/demo/clear/").status_code == 403
    assert queries.get_demo_state().job == ""


@pytest.mark.django_db
def test_strangers_are_led_to_the_sign_in_page(client: Client):
    assert client.post("/settings/demo/load/").status_code == 302
    assert queries.get_demo_state().job == ""
