import pytest
from django.db import connection

from zhike.accounts.public import SYSTEM
from zhike.customers.custom_fields import actions, errors
from zhike.customers.custom_fields.definitions import list_fields
from zhike.customers.models import Customer, CustomField
from zhike.customers.profile.actions import change_customer, create_customer
from zhike.customers.testing import NOON, make_customer, make_field

pytestmark = pytest.mark.django_db


def put(customer, **custom):
    return change_customer(customer_id=customer.id, by=SYSTEM, at=NOON, custom=custom)


@pytest.mark.parametrize(
    ("type", "settings", "given", "kept"),
    [
        ("text", {}, "  two   words ", "two words"),
        ("long_text", {}, "one \n two", "one\ntwo"),
        ("number", {"limits": {"decimals": 3}}, "1,280.500", "1280.5"),
        ("money", {}, 12345, 12345),
        ("date", {}, "2026-03-08", "2026-03-08"),
        ("choice", {"choices": "hot=热=Hot\ncold=冷=Cold"}, "热", "hot"),
        ("choices", {"choices": "a=甲\nb=乙\nc=丙"}, "丙、甲", ["a", "c"]),
        ("yes_no", {}, "是", True),
    ],
)
def test_each_type_keeps_a_value_in_its_own_form(type, settings, given, kept):
    make_field("f", type, **settings)
    customer = make_customer()
    put(customer, f=given)
    assert Customer.objects.get(id=customer.id).custom == {"f": kept}
    put(customer, f=None)
    assert Customer.objects.get(id=customer.id).custom == {}


@pytest.mark.parametrize(
    ("type", "settings", "given", "refusal"),
    [
        ("text", {"limits": {"length": 3}}, "four", errors.FieldTooLong),
        ("text", {"limits": {"pattern": "digits"}}, "12a", errors.NotOfPattern),
        ("number", {}, "many", errors.NotANumber),
        ("number", {}, "1e400", errors.NotANumber),
        ("number", {}, "NaN", errors.NotANumber),
        ("number", {}, "0.001", errors.TooManyDecimals),
        ("number", {"limits": {"least": "1"}}, 0, errors.TooSmall),
        ("number", {"limits": {"most": "1"}}, 2, errors.TooLarge),
        ("money", {}, "1.5", errors.TooManyDecimals),
        ("date", {}, "2026-02-30", errors.NotADay),
        ("choice", {"choices": "a=甲\n# b=乙"}, "b", errors.NoSuchChoice),
        ("choices", {"choices": "a=甲"}, ["a", "x"], errors.NoSuchChoice),
        ("yes_no", {}, "perhaps", errors.NotYesOrNo),
        ("customer", {}, "999999", errors.NoSuchReference),
        ("user", {}, "x", errors.NoSuchReference),
        ("formula", {"formula": "1 + 1"}, 2, errors.FormulaIsComputed),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(type, settings, given, refusal):
    make_field("f", type, **settings)
    customer = make_customer()
    with pytest.raises(refusal) as told:
        put(customer, f=given)
    assert told.value.message
    assert Customer.objects.get(id=customer.id).custom == {}


def test_a_new_customer_gets_defaults_and_needs_what_is_required():
    make_field("stage", "choice", choices="new=新\nold=旧", default="new")
    make_field("code", required=True, kinds="company")
    with pytest.raises(errors.FieldMissing):
        create_customer(name="C", kind="company", custom={}, by=SYSTEM, at=NOON)
    made = create_customer(name="C", kind="company", custom={"code": "7"}, by=SYSTEM, at=NOON)
    assert made.custom == {"stage": "new", "code": "7"}
    assert create_customer(name="P", kind="person", custom={}, by=SYSTEM, at=NOON).custom == {"stage": "new"}


def test_a_unique_value_is_one_customers_alone_whatever_its_letter_case():
    make_field("code", unique=True)
    first, second = make_customer("A"), make_customer("B")
    put(first, code="AB-1")
    with pytest.raises(errors.FieldTaken) as told:
        put(second, code="ab-1")
    assert told.value.field == "cf_code"
    assert Customer.objects.get(id=second.id).custom == {}
    put(first, code="AB-1")  # its own is no conflict


def test_values_that_are_twice_keep_a_field_from_becoming_unique():
    make_field("code")
    for name in ("A", "B"):
        put(make_customer(name), code="same")
    with pytest.raises(errors.ValuesNotUnique):
        actions.change_field(key="code", unique=True, by=SYSTEM, at=NOON)
    assert not CustomField.objects.get(key="code").unique


def test_a_field_keeps_its_values_in_the_archive_and_loses_them_when_removed():
    make_field("a")
    customer = make_customer()
    put(customer, a="kept")
    with pytest.raises(errors.FieldNotArchived):
        actions.remove_field(key="a", by=SYSTEM, at=NOON)
    actions.archive_field(key="a", by=SYSTEM, at=NOON)
    assert list_fields() == []
    with pytest.raises(errors.FieldIsArchived):
        put(customer, a="new")
    actions.restore_field(key="a", by=SYSTEM, at=NOON)
    assert Customer.objects.get(id=customer.id).custom == {"a": "kept"}
    actions.archive_field(key="a", by=SYSTEM, at=NOON)
    assert actions.remove_field(key="a", by=SYSTEM, at=NOON) == 1
    assert Customer.objects.get(id=customer.id).custom == {}


def test_the_type_stays_once_a_customer_has_a_value():
    make_field("a")
    actions.change_field(key="a", type="number", by=SYSTEM, at=NOON)
    put(make_customer(), a="5")
    with pytest.raises(errors.FieldTypeFixed):
        actions.change_field(key="a", type="date", by=SYSTEM, at=NOON)
    assert CustomField.objects.get(key="a").type == "number"


def test_a_choice_that_somebody_has_is_retired_not_removed():
    make_field("a", "choice", choices="x=甲\ny=乙")
    put(make_customer(), a="x")
    with pytest.raises(errors.ChoicesInUse):
        actions.change_field(key="a", choices=actions_choices("y=乙"), by=SYSTEM, at=NOON)
    actions.change_field(key="a", choices=actions_choices("# x=甲\ny=乙"), by=SYSTEM, at=NOON)
    assert [one.retired for one in list_fields()[0].choices] == [True, False]


def actions_choices(text):
    from zhike.customers.custom_fields.choices import read_choices

    return read_choices(text)


@pytest.mark.parametrize("key", ["", "A", "1a", "a-b", "a'b", 'a"; drop table x --', "值", "a" * 41, "value"])
def test_a_key_that_could_mean_something_else_is_refused(key):
    with pytest.raises(errors.FieldKeyWrong):
        make_field(key, name_zh="x")
    assert CustomField.objects.count() == 0


def test_hostile_names_and_values_are_texts_like_others():
    nasty = "'; DROP TABLE customers_customer; -- <script>{name}%s\u202e"
    make_field("f", name_zh=nasty, searchable=True, unique=True)
    customer = make_customer()
    put(customer, f=nasty)
    kept = Customer.objects.get(id=customer.id).custom["f"]
    assert kept == nasty.replace("\u202e", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'custom_field_%'")
        assert cursor.fetchone()[0] >= 2
    actions.archive_field(key="f", by=SYSTEM, at=NOON)
    actions.remove_field(key="f", by=SYSTEM, at=NOON)


def test_fields_are_moved_before_one_another():
    for key in "abc":
        make_field(key)
    actions.move_field(key="c", before="a", by=SYSTEM, at=NOON)
    assert [one.key for one in list_fields()] == ["c", "a", "b"]
    actions.move_field(key="c", before="", by=SYSTEM, at=NOON)
    assert [one.key for one in list_fields()] == ["a", "b", "c"]
