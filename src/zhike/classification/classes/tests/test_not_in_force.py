"""The page of classes says of a draft that it is one, and of a retired type how it ended."""

from datetime import timedelta

import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.policies.testing import NOON, make_scheme, put
from zhike.classification.schemes.actions import create_scheme, retire_scheme
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


def read(client, login, key, status=200):
    client.force_login(make_user(login))
    answer = client.get(f"/classes/{key}/", headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer.text


def test_a_draft_says_so_and_leads_who_may_change_it_to_the_editor(client):
    create_scheme(key="standing", kind="rule", name_en="Standing", by=SYSTEM, at=NOON)
    page = read(client, "ada", "standing")
    assert "This type is still a draft" in page
    assert 'href="/settings/schemes/standing/"' in page


def test_who_may_not_change_types_reads_that_it_waits_for_somebody(client):
    create_scheme(key="standing", kind="rule", name_en="Standing", by=SYSTEM, at=NOON)
    page = read(client, "vic", "standing")
    assert "once somebody who may change types has applied it" in page
    assert "/settings/schemes/standing/" not in page


def test_a_retired_type_shows_who_was_in_its_classes_at_its_end(client):
    gold, silver = make_scheme("standing", "gold", "silver")
    ana = make_user("ana")
    put(make_customer("A", owner=ana), gold), put(make_customer("B"), gold), put(make_customer("C"), silver)
    retire_scheme(key="standing", by=SYSTEM, at=NOON + timedelta(days=3))
    page = read(client, "ada", "standing")
    ended = client.get("/classes/standing/").context["ended"]
    assert [(one.key, count) for one, count in ended.counts] == [("gold", 2), ("silver", 1)]
    assert "4 Jun 2026" in page
    client.force_login(ana)
    assert client.get("/classes/standing/").context["ended"].total == 1  # of those that Ana may see


def test_one_that_held_nobody_says_so(client):
    make_scheme("standing", "gold")
    retire_scheme(key="standing", by=SYSTEM, at=NOON)
    assert "there is nothing to show" in read(client, "ada", "standing")


def test_a_key_that_nobody_used_is_not_found(client):
    assert "standing" in read(client, "ada", "standing", 404)
