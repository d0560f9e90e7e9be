"""The audit trail tells of every event of every room in words, and names what can be opened."""

from dataclasses import fields
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import now

import zhike
from zhike.accounts.testing import make_user
from zhike.analytics.public import start_run
from zhike.audit.public import event_words, find_fact, record
from zhike.commerce.public import OrderCorrected
from zhike.kit.actor import SYSTEM

ROOMS = [room for room in settings.ROOMS if find_spec(f"zhike.{room}.events")]


@pytest.mark.parametrize("room", ROOMS)
def test_every_event_is_told_in_words(room: str) -> None:
    events = {one.__name__ for one in vars(import_module(f"zhike.{room}.events")).values() if isinstance(one, type)}
    own = {one for one in events if getattr(import_module(f"zhike.{room}.events"), one).__module__.startswith("zhike")}
    assert own - set(event_words.keys()) == set()


SRC = Path(zhike.__file__).parent
EVENT_FILES = sorted(SRC.glob("*/events.py")) + sorted(SRC.glob("*/*/events.py"))
EVENTS = [
    one
    for path in EVENT_FILES
    for one in vars(import_module(".".join(("zhike", *path.relative_to(SRC).with_suffix("").parts)))).values()
    if isinstance(one, type) and one.__module__.startswith("zhike")
]


@pytest.mark.django_db
@pytest.mark.parametrize("event", EVENTS, ids=lambda one: one.__name__)
def test_every_fact_of_every_event_has_a_label(event: type) -> None:
    told = [one for one in fields(event) if not str(one.type).startswith("dict")]
    compared = [one.name for one in fields(event) if str(one.type).startswith("dict")]
    assert [one.name for one in told if find_fact(event.__name__, one.name, {}) is None] == []
    assert compared in ([], ["before", "after"], ["kept"])  # what these hold is told key by key, see the rooms' tests


@pytest.mark.django_db
def test_a_run_of_a_model_is_named_and_can_be_opened(client):
    client.force_login(make_user("ada"))
    run = start_run(analysis="value", by=SYSTEM, at=now())
    html = client.get("/settings/audit/").text
    assert "运行了模型“客户价值”" in html
    assert f'href="/models/runs/{run.id}/"' in html


@pytest.mark.django_db
def test_every_group_of_permissions_has_a_title(client):
    client.force_login(make_user("ada"))
    html = client.get("/settings/roles/new/", headers={"accept-language": "en"}).text
    assert [room for room in settings.ROOMS if f">{room}<" in html] == []


@pytest.mark.django_db
def test_a_corrected_order_is_told_with_its_amounts_and_states(client):
    client.force_login(make_user("ada"))
    before = {"net": 100_00, "status": "placed", "at": "2026-03-01T02:00:00+00:00", "lines": ["A-1 2 × 50"]}
    after = {
        "net": 150_50,
        "status": "completed",
        "at": "2026-03-02T02:00:00+00:00",
        "lines": ["A-1 3 × 50", "B 1 × 0.5"],
    }
    record(event=OrderCorrected(1, None, "shop", "SO-1", 2, 150_50, "CNY", before, after), by=SYSTEM)
    line = client.get("/settings/audit/", headers={"accept-language": "en"}).context["page"].rows[0]
    assert sorted(tuple(one) for one in line.details if one.before) == [
        ("Lines", "A-1 2 × 50", "A-1 3 × 50, B 1 × 0.5"),
        ("Net amount", "¥100", "¥150.50"),
        ("State", "Placed", "Completed"),
        ("Time of the order", "1 Mar 2026, 10:00", "2 Mar 2026, 10:00"),
    ]
