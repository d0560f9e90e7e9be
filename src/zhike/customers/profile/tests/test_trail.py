"""What the audit trail says of changed customers, fields and forms: by their labels, as pages write values."""

from datetime import date

import pytest
from django.utils import translation

from zhike.accounts.testing import make_cast_actor
from zhike.audit.public import TrailFilter, find_fact, list_entries, record
from zhike.customers.contacts.actions import NewAddress, NewContact, add_contact_point, set_address
from zhike.customers.custom_fields.actions import CHANGEABLE, change_field
from zhike.customers.custom_fields.rules import Limits
from zhike.customers.events import FormLayoutChanged
from zhike.customers.forms.actions import save_layout
from zhike.customers.forms.layouts import FormField, Section
from zhike.customers.listing.bulk import hand_over_customers
from zhike.customers.profile.actions import change_customer
from zhike.customers.profile.rules import FIELDS
from zhike.customers.testing import NOON, make_customer, make_field
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db


def newest(language="en"):
    with translation.override(language):
        return [tuple(one) for one in list_entries(wanted=TrailFilter()).rows[0].details]


def test_a_changed_profile_is_told_in_the_readers_language():
    ada, ana = make_cast_actor("ada"), make_cast_actor("ana")
    one = make_customer(kind="person")
    change_customer(customer_id=one.id, birthday=date(1990, 2, 3), gender="female", owner=ana.id, by=ada, at=NOON)
    assert sorted(newest()) == [
        ("Birthday", "–", "3 Feb 1990"), ("Gender", "–", "Female"), ("Owner", "–", "Ana"),
    ]  # fmt: skip
    assert sorted(newest("zh-hans")) == [
        ("性别", "–", "女"), ("生日", "–", "1990年2月3日"), ("负责人", "–", "Ana"),
    ]  # fmt: skip


def test_an_own_field_is_told_by_its_name_and_an_amount_with_its_currency():
    ada = make_cast_actor("ada")
    make_field("budget", "money", name_zh="预算", name_en="Budget")
    one = make_customer(custom={})
    change_customer(customer_id=one.id, custom={"budget": 1_250_000}, by=ada, at=NOON)
    assert newest() == [("Budget", "–", "¥12,500")]
    assert newest("zh-hans") == [("预算", "–", "¥12,500")]


def test_contacts_and_places_are_told_as_they_are_written():
    ada, one = make_cast_actor("ada"), make_customer()
    add_contact_point(customer_id=one.id, new=NewContact("email", "li@example.com"), by=ada, at=NOON)
    assert [label for label, _old, _new in newest("zh-hans")] == ["邮箱"]
    set_address(customer_id=one.id, new=NewAddress(country="CN", division="330100"), by=ada, at=NOON)
    assert sorted((label, new) for label, _old, new in newest("zh-hans")) == [
         ("国家或地区", "中国"), ("城市", "杭州"), ("省份", "浙江"),
    ]  # fmt: skip


def test_many_handed_over_are_told_by_name():
    ada, ana = make_cast_actor("ada"), make_cast_actor("ana")
    one = make_customer(name="Tea House")
    hand_over_customers(customer_ids=[one.id], owner=ana.id, by=ada, at=NOON)
    assert sorted(newest()) == [
        ("Customers", None, "Tea House"), ("Owner", None, "Ana"), ("What was done", None, "handed over"),
    ]  # fmt: skip


def test_settings_of_a_field_are_told_by_the_labels_of_their_form():
    ada = make_cast_actor("ada")
    make_field("budget", "money", name_zh="预算", name_en="Budget")
    change_field(
        key="budget", kinds="company", required=True, limits={"least": "100", "most": "250000"}, by=ada, at=NOON
    )
    assert sorted(newest()) == [
        ("Limits", "–", "At most ¥2,500, At least ¥1"), ("Required", "No", "Yes"),
        ("Whose", "Persons and companies", "Companies"),
    ]  # fmt: skip


@pytest.mark.parametrize("key", [*(key for key in FIELDS if key != "owner"), "owner_id", "country", "province", "city",
                                 "district", "phone", "email", "wechat_primary"])  # fmt: skip
def test_every_field_of_a_profile_has_a_label(key):
    assert find_fact("CustomerChanged", key, {}) is not None


@pytest.mark.parametrize("key", [*CHANGEABLE, *Limits.__slots__])
def test_every_setting_of_a_field_has_a_label(key):
    assert find_fact("FieldChanged", key, {"key": "gone"}) is not None


def test_a_key_that_nobody_knows_stays_as_it_is():
    assert find_fact("CustomerChanged", "cf_gone", {}) is None


def test_a_form_is_told_by_its_sections_and_the_fields_that_it_asks_for():
    ada = make_cast_actor("ada")
    section = Section("基本情况", "Basics", (FormField("industry", True), FormField("source")))
    save_layout(scheme="", class_key="", sections=[section], by=ada, at=NOON)
    assert newest() == [("Sections", "–", "Basics (Industry*, Source)")]


def test_facts_in_a_shape_that_nobody_writes_any_more_are_told_as_they_are():
    record(event=FormLayoutChanged("", "", {}, {"sections": [{"fields": [7]}, "older"]}), by=SYSTEM)
    assert newest() == [("Sections", "–", "{'fields': [7]}, older")]
