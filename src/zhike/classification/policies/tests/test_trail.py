"""What the audit trail says of types, classes and policies: names for ids, values as pages write them."""

import pytest
from django.utils import translation

from zhike.accounts.testing import make_cast_actor
from zhike.audit.public import TrailFilter, find_fact, list_entries
from zhike.classification.approvals import marking, steadiness
from zhike.classification.approvals.steadiness import set_steadiness
from zhike.classification.assignments.overrides import set_override
from zhike.classification.policies.actions import order_schemes
from zhike.classification.policies.kinds import policy_kinds
from zhike.classification.policies.testing import NOON, give, make_scheme
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


def newest(event, language="en"):
    with translation.override(language):
        return [tuple(one) for one in list_entries(wanted=TrailFilter(event=event)).rows[0].details]


def test_a_policy_is_told_field_by_field_old_and_new():
    ada, ana = make_cast_actor("ada"), make_cast_actor("ana")
    gold, _silver = make_scheme("standing", "gold", "silver")
    give(gold, "service_level", {"response_hours": 4, "resolve_hours": 24, "clock": "business"}, by=ada)
    give(gold, "service_level", {"response_hours": 2, "resolve_hours": 24, "clock": "always"}, by=ada)
    told = newest("PolicyChanged", "zh-hans")
    assert ("管理策略", None, "服务时限") in told
    assert ("首次响应时限（小时）", "4", "2") in told
    give(gold, "owner", {"owner_kind": "dedicated", "assign": "person", "person": ana.id}, by=ada)
    assert ("Named person", "–", "Ana") in newest("PolicyChanged")


def test_steadiness_names_the_classes_that_are_asked():
    ada = make_cast_actor("ada")
    gold, silver = make_scheme("standing", "gold", "silver")
    set_steadiness(key="standing", stay_days=30, ask_into=[gold.id, silver.id], by=ada, at=NOON)
    assert sorted(newest("SteadinessChanged")) == [
        ("Minimum stay, days", "0", "30"),
        ("Wait for approval: moves into", "–", "Gold, Silver"),
    ]


def test_an_override_names_the_class_and_says_until_when():
    ada, one = make_cast_actor("ada"), make_customer()
    gold, _silver = make_scheme("standing", "gold", "silver")
    ends = NOON.replace(year=NOON.year + 1)
    set_override(
        customer_id=one.id, scheme_key="standing", class_id=gold.id, reason="Promised", ends_at=ends, by=ada, at=NOON
    )
    told = newest("ClassOverridden")
    assert {label for label, _old, _new in told} == {"Management type", "Class", "Valid until"}
    assert "Gold" in [new for _label, _old, new in told]


def test_an_order_of_types_is_told_by_their_names():
    ada = make_cast_actor("ada")
    make_scheme("standing", "gold"), make_scheme("region", "north")
    order_schemes(scheme_keys=["region", "standing"], by=ada, at=NOON)
    ((label, before, after),) = newest("PolicyOrderChanged")
    assert label == "Order"
    assert before != after
    assert sorted(before.split(" → ")) == sorted(after.split(" → "))


@pytest.mark.parametrize("kind", policy_kinds, ids=lambda one: one.key)
def test_every_field_of_every_policy_has_a_label(kind):
    facts = {"kind": kind.key}
    assert [one.key for one in kind.fields if find_fact("PolicyChanged", one.key, facts) is None] == []


@pytest.mark.parametrize("key", [*steadiness.FIELDS, *marking.FIELDS])
def test_what_keeps_classes_steady_has_labels(key):
    assert find_fact("SteadinessChanged", key, {}) is not None
