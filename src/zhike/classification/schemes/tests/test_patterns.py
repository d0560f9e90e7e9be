"""A type begins with a pattern: its classes and rules are a draft that sorts nobody."""

from decimal import Decimal

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification import permissions
from zhike.classification.errors import NoSuchPattern
from zhike.classification.models import Scheme
from zhike.classification.schemes.patterns import PATTERNS, make_from_pattern
from zhike.classification.schemes.queries import find_draft
from zhike.classification.schemes.rule_checks import check_rules
from zhike.commerce.public import NewLine, create_order
from zhike.customers.testing import clear_fields, make_field

pytestmark = pytest.mark.django_db


def test_every_pattern_makes_a_sound_draft():
    line = NewLine(sku="GPU-1", quantity=Decimal(1), unit_price=Decimal(2999), product="A1", category="显卡")
    create_order(
        source="shop", number="1", customer_id=None, ordered_at=now(), currency="CNY", lines=[line], by=SYSTEM, at=now()
    )
    for one in PATTERNS:
        scheme = make_from_pattern(pattern=one.key, by=SYSTEM, at=now())
        draft = find_draft(scheme=scheme)
        classes = list(scheme.classes.all())
        assert (scheme.status, scheme.overlapping, set(draft.rules)) == (
            "draft", one.overlapping, {each.key for each in classes}
        )  # fmt: skip
        check_rules(scheme=scheme, classes=classes, rules_by_class=draft.rules)
    assert "偏好显卡" in {one.name_zh for one in Scheme.objects.get(key="preferences").classes.all()}
    again = make_from_pattern(pattern="attitudes", by=SYSTEM, at=now())
    assert (again.key, again.name_zh) == ("attitudes_2", "心理特征 2")


def test_attitudes_ask_tags_and_fields_that_offer_them():
    make_field("wants", "choice", choices="low=价格敏感=Price first\nrest=其他=Other")
    scheme = make_from_pattern(pattern="attitudes", by=SYSTEM, at=now())
    rules = find_draft(scheme=scheme).rules
    tags = {"trait": "tags", "op": "has_any", "value": ["价格敏感", "Price first"]}
    assert rules["price"]["rule"] == {"any": [tags, {"trait": "cf_wants", "op": "eq", "value": "low"}]}
    assert rules["quality"]["rule"] == {**tags, "value": ["品质优先", "Quality first"]}
    clear_fields()


def test_it_is_chosen_on_the_page_of_a_new_type(client):
    client.force_login(make_user("ada"))
    assert "/settings/schemes/new/age_groups/" in client.get("/settings/schemes/new/").text
    made = client.post("/settings/schemes/new/age_groups/")
    assert made.url == "/settings/schemes/age_groups/"
    assert client.get(made.url).status_code == 200
    assert client.post("/settings/schemes/new/nothing/").status_code == 404
    client.force_login(make_user("vic", may=[permissions.VIEW]))
    assert client.post("/settings/schemes/new/age_groups/").status_code == 403
    assert Scheme.objects.filter(key__startswith="age_groups").count() == 1


def test_an_unknown_one_is_refused_and_nothing_is_made():
    with pytest.raises(NoSuchPattern):
        make_from_pattern(pattern="nothing", by=SYSTEM, at=now())
    assert not Scheme.objects.exists()
