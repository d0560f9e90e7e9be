"""The audit trail tells of every event of every room in words, and names what can be opened."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.conf import settings
from django.utils.timezone import now

from zhike.accounts.testing import make_user
from zhike.analytics.public import start_run
from zhike.audit.public import event_words
from zhike.kit.actor import SYSTEM

ROOMS = [room for room in settings.ROOMS if find_spec(f"zhike.{room}.events")]


@pytest.mark.parametrize("room", ROOMS)
def test_every_event_is_told_in_words(room: str) -> None:
    events = {one.__name__ for one in vars(import_module(f"zhike.{room}.events")).values() if isinstance(one, type)}
    own = {one for one in events if getattr(import_module(f"zhike.{room}.events"), one).__module__.startswith("zhike")}
    assert own - set(event_words.keys()) == set()


@pytest.mark.django_db
def test_a_run_of_a_model_is_named_and_can_be_opened(client):
    client.force_login(make_user("ada"))
    run = start_run(analysis="value", by=SYSTEM, at=now())
    html = client.get("/settings/audit/").text
    assert "运行了模型“客户价值”" in html
    assert f'href="/models/runs/{run.id}/"' in html
