"""A rule about purchases, a place and tags: put in force over the API, an order brings the customer into its class."""

from argparse import ArgumentParser
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import deliver_recorded
from zhike.classification.public import run_classification
from zhike.config.cli import ROOMS

RULE = 'did(purchase where category in ("显卡"), last 90 days) >= 3 and place in ("浙江省") and tags has none ("VIP")'
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings) -> None:
    settings.STORE, settings.MEDIA_ROOT = tmp_path / "store", tmp_path / "uploads"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_user("ada"))
    return client


def send(client: Client, path: str, body: dict[str, Any], *, method: str = "post") -> Any:
    answer = getattr(client, method)(f"/api{path}", body, content_type="application/json")
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


def order(client: Client, number: str, customer: int, *, days_ago: int, category: str = "显卡") -> None:
    at = (timezone.now() - timedelta(days=days_ago)).isoformat()
    line = {"sku": f"K-{category}", "quantity": "1", "unit_price": "2999", "category": category}
    send(client, "/orders", {"number": number, "customer_id": customer, "at": at, "currency": "CNY", "lines": [line]})


def reasons(client: Client, customer: int) -> list[tuple[str, str]] | None:
    """Return why the customer is a regular, as (label, value); None for somebody who is not."""
    found = client.get(f"/api/customers/{customer}/classes").json()["current"]
    held = next((row for row in found if (row["scheme"], row["key"]) == ("walkers", "regular")), None)
    return held and [(one["label"], one["value"]) for one in held["reasons"]]


def test_an_order_over_the_api_brings_a_customer_into_the_class_and_says_why(ada: Client, capsys) -> None:
    inside, outside = (
        send(ada, "/customers", {"name": name, "kind": "company", "address": {"place": place}})["id"]
        for name, place in (("钱塘图形", "浙江省杭州市"), ("姑苏图形", "江苏省苏州市"))
    )
    for customer in (inside, outside):
        order(ada, f"W-{customer}-1", customer, days_ago=40)
        order(ada, f"W-{customer}-2", customer, days_ago=5)
        order(ada, f"W-{customer}-old", customer, days_ago=120)
        order(ada, f"W-{customer}-other", customer, days_ago=3, category="内存")
    rule = send(ada, "/rules/check", {"text": RULE})["rule"]
    send(ada, "/schemes", {"key": "walkers", "kind": "rule", "name_zh": "显卡买家", "name_en": "Card buyers"})
    send(ada, "/schemes/walkers/classes", {"key": "regular", "name_zh": "显卡常客", "name_en": "Regulars"})
    send(ada, "/schemes/walkers/draft", {"rules": {"regular": rule}}, method="put")
    send(ada, "/schemes/walkers/apply", {})
    run_classification(by=make_cast_actor("ada"), at=timezone.now())
    assert reasons(ada, inside) is None

    for customer in (inside, outside):
        order(ada, f"W-{customer}-3", customer, days_ago=1)
    why = reasons(ada, inside)
    assert why is not None
    assert why[0] == ("近 90 天内购买（商品类别属于 显卡）至少 3 次", "3")
    assert why[-1] == ("标签", "未填写")
    assert reasons(ada, outside) is None
    run = run_classification(by=make_cast_actor("ada"), at=timezone.now())
    assert (run.changed, reasons(ada, inside)) == (0, why)

    assert send(ada, "/rules/members", {"text": RULE})["ids"] == [inside]
    assert send(ada, "/rules/members", {"rule": rule})["ids"] == [inside]
    command = import_module(ROOMS["rules"])
    parser = ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["count", "--text", RULE, "--json"])) == 0
    assert '"count": 1' in capsys.readouterr().out


def test_a_mended_category_brings_who_bought_it_into_the_class_with_the_run_that_it_asks_for(ada: Client) -> None:
    customer = send(ada, "/customers", {"name": "钱塘图形", "kind": "company"})["id"]
    order(ada, "W-1", customer, days_ago=5, category="显示卡")
    rule = send(ada, "/rules/check", {"text": 'did(purchase where category in ("显卡"), last 90 days) >= 1'})["rule"]
    send(ada, "/schemes", {"key": "walkers", "kind": "rule", "name_zh": "显卡买家", "name_en": "Card buyers"})
    send(ada, "/schemes/walkers/classes", {"key": "regular", "name_zh": "显卡常客", "name_en": "Regulars"})
    send(ada, "/schemes/walkers/draft", {"rules": {"regular": rule}}, method="put")
    send(ada, "/schemes/walkers/apply", {})
    run_classification(by=make_cast_actor("ada"), at=timezone.now())
    assert reasons(ada, customer) is None
    assert send(ada, "/rules/members", {"rule": rule})["ids"] == []

    deliver_recorded()
    waiting = ProcrastinateJob.objects.filter(task_name="classification.run", status="todo")
    waiting.delete()
    product = ada.get("/api/products?q=K-").json()["rows"][0]
    for category, why in (("显卡", ("近 90 天内购买（商品类别属于 显卡）至少 1 次", "1")), ("显示卡", None)):
        name = {"name": product["name"], "category": category}
        send(ada, f"/products/{product['id']}", name, method="put")
        deliver_recorded()
        assert waiting.count() == 1
        waiting.delete()
        assert run_classification(by=make_cast_actor("ada"), at=timezone.now()).changed == 1
        assert reasons(ada, customer) == (why and [why])
        assert send(ada, "/rules/members", {"rule": rule})["ids"] == ([customer] if why else [])

    send(ada, f"/products/{product['id']}", {"name": "RTX", "category": "显示卡"}, method="put")
    deliver_recorded()
    assert waiting.count() == 0  # no rule asks what it is called
