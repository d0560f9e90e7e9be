"""One customer across the rooms: bought, bought again, fell silent, was lost, came back; each class says why."""

import csv
import io
from argparse import ArgumentParser
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.public import run_classification
from zhike.config.cli import ROOMS
from zhike.customers.public import Customer, create_import, refresh_listing, run_import, save_mapping, start_here

HEADING = {
    "order_no": "订单号", "customer": "客户编号", "customer_name": "客户名称", "at": "下单时间", "sku": "货号",
    "quantity": "数量", "unit_price": "单价",
}  # fmt: skip
FIRM = "苏州澜图精密仪器有限公司"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings) -> None:
    settings.STORE, settings.MEDIA_ROOT = tmp_path / "store", tmp_path / "uploads"


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)


def bring(folder: Path, *orders: tuple[str, str, str]) -> dict[str, dict[str, int]]:
    """Import orders of the firm: (number, day, unit price)."""
    file = folder / "订单.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING.values())
        writer.writerows([number, "K-1", FIRM, f"{day} 10:00", "G-7", 2, price] for number, day, price in orders)
    by, at = make_cast_actor("ada"), moment("2026-01-01")
    run = create_import(kind="orders", path=file, name=file.name, by=by, at=at)
    run = save_mapping(run=run, mapping=HEADING, by=by, at=at, source="shop")
    start_here(run=run, by=by, at=at)
    return run_import(import_id=run.id).report


def judge(day: str, client: Client) -> str:
    """Classify as that day was today; return the customer's page."""
    run_classification(by=make_cast_actor("ada"), at=moment(day))
    return client.get(f"/customers/{Customer.objects.get().id}/").text


def test_a_customer_from_first_purchase_to_lost_and_back(client: Client, tmp_path: Path) -> None:
    client.force_login(make_user("ada"))

    report = bring(tmp_path, ("A-1", "2026-01-05", "640.25"))
    assert report["customers"]["created"] == 1
    page = judge("2026-01-20", client)
    assert FIRM in page
    assert "首购" in page
    assert "¥1,280.50" in page

    assert bring(tmp_path, ("A-1", "2026-01-05", "640.25"))["orders"] == {"created": 0, "updated": 0, "unchanged": 1}
    bring(tmp_path, ("A-2", "2026-01-25", "100"))
    assert "复购" in judge("2026-01-30", client)

    page = judge("2026-05-20", client)
    assert "流失预警" in page
    assert "115" in page  # days since the last purchase

    assert "已流失" in judge("2026-08-20", client)
    bring(tmp_path, ("A-3", "2026-08-25", "55"))
    page = judge("2026-08-30", client)
    assert "已挽回" in page
    assert held(Customer.objects.get().id) == ["first_purchase", "repeat", "at_risk", "lost", "won_back"]

    listed = client.get("/customers/").text
    assert FIRM in listed
    found = client.get("/search/", {"q": "szltjm"}).text
    assert FIRM in found


def test_people_see_of_the_story_what_is_theirs(client: Client, tmp_path: Path) -> None:
    bring(tmp_path, ("A-1", "2026-01-05", "640.25"))
    judge("2026-01-20", client)
    customer = Customer.objects.get()
    customer.owner = make_user("ana")
    customer.save()
    refresh_listing(select_ids="SELECT id FROM customers_customer")
    for login, sees in {"ana": True, "li": True, "vic": True, "max": False}.items():
        client.force_login(make_user(login))
        assert client.get(f"/customers/{customer.id}/").status_code == (200 if sees else 404), login
        assert (FIRM in client.get("/customers/").text) is sees, login


def test_what_is_exported_is_what_the_pages_say(client: Client, tmp_path: Path) -> None:
    bring(tmp_path, ("A-1", "2026-01-05", "640.25"), ("A-2", "2026-01-25", "100"))
    judge("2026-01-30", client)
    command = import_module(ROOMS["export"])
    parser = ArgumentParser()
    command.add_arguments(parser)
    out = tmp_path / "out.csv"
    columns = "external_id,name,value_tier,lifecycle,recency_days,frequency,monetary"
    command.run(parser.parse_args(["customers", "--columns", columns, "--out", str(out)]))
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert [list(row.values()) for row in rows] == [["K-1", FIRM, "A", "repeat", "5", "2", "1480.50"]]


def held(customer_id: int) -> list[str]:
    rows = apps.get_model("classification", "Assignment").objects.filter(
        customer_id=customer_id, scheme__key="lifecycle"
    )
    return list(rows.order_by("valid_from").values_list("to_class__key", flat=True))
