"""A firm's whole set-up goes into a file and, from it alone, into another installation: nothing is lost on the way."""

import json

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.approvals.steadiness import set_steadiness
from zhike.classification.models import CustomerClass, Policy, PolicyRank, Scheme, SchemeVersion
from zhike.classification.policies.actions import order_schemes, set_policy
from zhike.classification.policies.queries import list_ordered_schemes
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.schemes import actions as schemes
from zhike.classification.schemes import class_actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.setup_file.actions import apply_setup, export_setup
from zhike.classification.setup_file.customer_sections import apply_customer_fields
from zhike.classification.setup_file.errors import SetupWrong
from zhike.customers.public import apply_forms
from zhike.customers.testing import forget_setup
from zhike.engine.public import rule_to_json

pytestmark = pytest.mark.django_db
FIELDS = [
    {"key": "tier_code", "type": "text", "name_zh": "等级码", "limits": {"length": 8}, "unique": True},
    {"key": "twice", "type": "formula", "name_en": "Twice", "formula": "ratio * 2"},
    {"key": "ratio", "type": "formula", "name_en": "Ratio", "formula": "budget * 2"},
    {"key": "budget", "type": "number", "name_en": "Budget", "required": True, "kinds": "company"},
    {"key": "line", "type": "choice", "name_zh": "产品线", "choices": [
        {"key": "a", "zh": "甲", "en": "A", "hue": "teal", "retired": False}]},
    {"key": "old", "type": "date", "name_en": "Old", "archived": True},
]  # fmt: skip
FORM = {
    "sections": [{"zh": "战略", "en": "", "fields": [
        {"key": "cf_budget", "required": True}, {"key": "industry", "required": False}]}],
    "visit_form": "key_visit",
}  # fmt: skip


def make_type(key, rules, *, overlapping=False, in_force=True, **names):
    schemes.create_scheme(key=key, kind="rule", overlapping=overlapping, **names, by=SYSTEM, at=now())
    for one in rules:
        class_actions.add_class(scheme_key=key, key=one, name_en=one.title(), hue="amber", by=SYSTEM, at=now())
    documents = {one: rule_to_json(read_rule(text=text)) for one, text in rules.items() if text}
    schemes.save_draft(key=key, rules_by_class=documents, by=SYSTEM, at=now())
    if in_force:
        schemes.put_draft_in_force(key=key, by=SYSTEM, at=now())


@pytest.fixture
def firm():
    """A firm with fields, forms, types of every kind of life, an order of policies, policies, owners."""
    install_built_in_schemes()
    ana = make_user("ana")
    apply_customer_fields(FIELDS, SYSTEM, now())
    make_type("care", {"vip": "cf_budget >= 5 and class(value_tier, A)", "rest": ""}, name_zh="关怀", meaning_en="Why")
    make_type("segments", {"lines": 'cf_line = "a"', "careful": "class(care, vip)"}, overlapping=True, name_zh="客群")
    make_type("planned", {"some": "monetary >= 10.00"}, in_force=False, name_en="Planned")
    make_type("gone", {"some": "monetary >= 10.00"}, name_en="Gone")
    schemes.retire_scheme(key="gone", by=SYSTEM, at=now())
    schemes.create_scheme(key="by_hand", kind="hand", name_en="By hand", by=SYSTEM, at=now())
    class_actions.add_class(scheme_key="by_hand", key="friends", name_en="Friends", by=SYSTEM, at=now())
    schemes.save_draft(key="lifecycle", parameters={"at_risk_days": 60}, by=SYSTEM, at=now())
    schemes.put_draft_in_force(key="lifecycle", by=SYSTEM, at=now())
    vip = CustomerClass.objects.get(scheme__key="care", key="vip")
    set_steadiness(key="care", stay_days=30, ask_into=[vip.id], by=SYSTEM, at=now())
    schemes.give_scheme_owner(key="care", owner=ana, by=SYSTEM, at=now())
    apply_forms({"scheme": "care", "forms": {"care/vip": FORM}}, by=SYSTEM, at=now())
    order_schemes(scheme_keys=["segments", "care", "rfm"], by=SYSTEM, at=now())
    level = {"response_hours": 4, "resolve_hours": 24, "clock": "business"}
    set_policy(class_id=vip.id, kind="service_level", value=level, by=SYSTEM, at=now())
    owner = {"owner_kind": "dedicated", "assign": "person", "person": ana.id, "team": None, "areas": []}
    set_policy(class_id=vip.id, kind="owner", value=owner, by=SYSTEM, at=now())


def apply(text):
    return apply_setup(text=text, by=SYSTEM, at=now())


def make_another_installation():
    """Forget the whole set-up, and begin as a fresh installation does."""
    for model in (Policy, PolicyRank, CustomerClass, SchemeVersion, Scheme):
        model.objects.all().delete()
    forget_setup()
    install_built_in_schemes()


def test_the_whole_set_up_travels(firm):
    text = export_setup()
    assert apply(text).count == 0
    make_another_installation()
    assert export_setup() != text
    assert apply(text).count > 0
    assert export_setup() == text
    assert apply(text).count == 0
    assert [one.key for one in list_ordered_schemes()][:3] == ["segments", "care", "rfm"]
    care = Scheme.objects.get(key="care")
    assert (care.owner.login, care.steadiness.stay_days, care.steadiness.ask_into) == (
        make_user("ana").login, 30, [CustomerClass.objects.get(scheme=care, key="vip").id]
    )  # fmt: skip
    assert Scheme.objects.get(key="planned").status == "draft"
    assert Scheme.objects.get(key="gone").status == "retired"


def test_the_order_of_policies_and_classes_is_applied(firm):
    document = json.loads(export_setup())
    assert document["policy_order"][:3] == ["segments", "care", "rfm"]
    document["policy_order"] = ["rfm", "care"]
    document["schemes"]["care"]["classes"].reverse()
    found = apply(json.dumps(document))
    assert len(found.changes["policy_order"]) == 1
    assert [one.key for one in list_ordered_schemes()][:3] == ["rfm", "care", "segments"]
    assert [one.key for one in CustomerClass.objects.filter(scheme__key="care").order_by("position")] == ["rest", "vip"]
    assert apply(json.dumps(document)).count == 0


MISTAKES = [
    (lambda one: one.update(policy_order=["nowhere"]), "policy_order"),
    (lambda one: one.update(policy_order="care"), "policy_order"),
    (lambda one: one["schemes"]["care"].update(owner="@nobody"), "owner"),
    (lambda one: one["schemes"]["care"]["steadiness"].update(ask_into=["nobody"]), "care"),
    (lambda one: one["fields"][0].update(type="number", limits={"pattern": "x"}), "fields.tier_code"),
    (lambda one: one["fields"].append({"name_en": "No key"}), "fields"),
    (lambda one: one["forms"].update(scheme="nowhere"), "forms"),
]


def test_a_mistake_is_named_and_nothing_is_changed(firm):
    before = export_setup()
    for change, place in MISTAKES:
        document = json.loads(before)
        change(document)
        with pytest.raises(SetupWrong, match=place):
            apply(json.dumps(document))
        assert export_setup() == before
