"""Custom fields in rules: the same members everywhere, the reason in words, and fields that a rule holds."""

from datetime import date

import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.errors import RuleTextWrong, RuleWithProblems
from zhike.classification.evaluation.actions import get_store
from zhike.classification.rule_language.names import get_names
from zhike.classification.rule_language.reading import read_rule, tell_rule
from zhike.classification.schemes import actions, class_actions
from zhike.classification.schemes.field_uses import class_of, list_rules_asking
from zhike.classification.schemes.rule_checks import find_problems
from zhike.classification.testing import class_keys, classify_as_of
from zhike.customers.public import Customer, change_customer
from zhike.customers.testing import NOON, clear_fields, make_customer, make_field
from zhike.engine.public import Condition, Op, find_members, rule_from_json, rule_text, traits

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 6, 30)
WHO = {"by": SYSTEM, "at": NOON}
VALUES = {
    "a": {
        "text": "O'Brien 100%", "seats": "12.5", "budget": 10000, "since": "2026-06-20", "heat": "hot",
        "areas": ["n", "s"], "vip": True,
    },
    "b": {"text": "_", "seats": -3, "budget": 0, "since": "2020-07-01", "heat": "cold", "areas": ["ns"], "vip": False},
    "c": {},
}  # fmt: skip
ASKED = [
    ("cf_text", "eq", "O'Brien 100%", "a"),
    ("cf_text", "contains", "0%", "a"),
    ("cf_text", "starts_with", "_", "b"),
    ("cf_text", "is_empty", None, "c"),
    ("cf_text", "ne", "_", "ac"),
    ("cf_seats", "gt", 12, "a"),
    ("cf_seats", "between", [-3, "12.5"], "ab"),
    ("cf_seats", "eq", "12.5", "a"),
    ("cf_seats", "is_set", None, "ab"),
    ("cf_budget", "ge", 10000, "a"),
    ("cf_since", "lt", "2021-01-01", "b"),
    ("cf_since", "in_last", 30, "a"),
    ("cf_since", "yearly_in_next", 7, "b"),
    ("cf_heat", "in", ["hot", "gone"], "a"),
    ("cf_heat", "not_in", ["hot"], "bc"),
    ("cf_areas", "has_any", ["n"], "a"),
    ("cf_areas", "has_all", ["n", "s"], "a"),
    ("cf_areas", "has_none", ["n", "s"], "bc"),
    ("cf_areas", "is_empty", None, "c"),
    ("cf_vip", "in", ["true"], "a"),
    ("cf_vip", "in", ["false"], "b"),
    ("cf_per_seat", "eq", 800, "a"),
    ("cf_per_seat", "between", [-1, 900], "ab"),
    ("cf_per_seat", "is_empty", None, "c"),
    ("cf_score", "gt", "12.34", "a"),
    ("cf_score", "ge", "-2.97", "ab"),
    ("cf_score", "ne", "12.38", "bc"),
    ("cf_bought", "eq", 0, "abc"),
    ("cf_none", "is_set", None, ""),
]


def rule(trait, op, value):
    node = {"trait": trait, "op": op} | ({} if value is None else {"value": value})
    return {"version": 2, "rule": node}


@pytest.fixture(autouse=True)
def _clear(db):
    """The tables are emptied after each test; their indexes and what this process remembers of them are not."""
    yield
    clear_fields()


@pytest.fixture
def firm():
    make_field("text")
    make_field("seats", "number")
    make_field("budget", "money")
    make_field("since", "date")
    make_field("heat", "choice", name_zh="热度", choices="hot=热=Hot\ncold=冷=Cold")
    make_field("areas", "choices", choices="n=北\ns=南\nns=南北")
    make_field("vip", "yes_no")
    make_field("per_seat", "formula", formula="budget / seats")
    make_field("score", "formula", formula="seats * 0.99 + 0 * per_seat / (budget + 1)", limits={"decimals": 2})
    make_field("bought", "formula", formula="value + frequency * 0 * 0 * value + 5 - 5")
    make_field("none", "formula", formula="employees / (frequency - frequency)")
    for name, values in VALUES.items():
        change_customer(customer_id=make_customer(name).id, custom=values, **WHO)
    classify_as_of(DAY)


def test_members_are_the_same_in_both_engines_for_every_type(firm):
    names = dict(Customer.objects.values_list("id", "name"))
    for trait, op, value, wanted in ASKED:
        document = rule(trait, op, value)
        assert [one.about for one in find_problems(document)] == ["gone"] * (value == ["hot", "gone"])
        for engine in ("duckdb", "postgres"):
            found = find_members(get_store(), rule_from_json(document), as_of=DAY, engine=engine)
            assert "".join(sorted(names[one] for one in found)) == wanted, (engine, trait, op, value)


def test_text_may_name_a_choice_as_people_do_and_what_is_no_choice_is_refused(firm):
    for text, held in (
        ('cf_heat = "热"', "hot"), ('cf_heat = "Cold"', "cold"), ('cf_vip = "是"', "true"), ('cf_vip = "No"', "false"),
        ('gender = "女"', "female"), ('kind = "company"', "company"),
    ):  # fmt: skip
        asked = read_rule(text=text)
        assert isinstance(asked, Condition)
        assert asked.value == held
        assert read_rule(text=rule_text(asked, traits, get_names())) == asked
    assert read_rule(text='cf_areas has any ("南", "ns")') == Condition("cf_areas", Op.HAS_ANY, ("s", "ns"))
    for text in ('cf_heat = "warm"', 'gender in ("female", "f")', 'not cf_areas has none ("w")', 'cf_vip != "yes?"'):
        with pytest.raises(RuleWithProblems) as refused:
            read_rule(text=text)
        assert refused.value.facts["problems"][0]["code"] == "unknown_choice"


def test_an_amount_in_quotation_marks_is_not_read_as_cents(firm):
    for text in (
        'monetary > "100"', 'cf_budget in (1, "2")', 'did(purchase where amount < "25")',
        'sum(purchase of amount) > "1"',
    ):  # fmt: skip
        with pytest.raises(RuleTextWrong):
            read_rule(text=text)
    node = {"fact": "purchase", "op": "ge", "value": 1, "where": [{"property": "amount", "op": "lt", "value": "-2550"}]}
    told = tell_rule(read_rule(document=node))
    assert told["text"] == "did(purchase where amount < -25.50)"
    assert told["sentence"]["zh"] == "累计购买（金额小于 −¥25.50）至少 1 次"


@pytest.fixture
def sorted_firm(firm):
    actions.create_scheme(key="priority", kind="rule", name_en="Priority", name_zh="优先", **WHO)
    for key in ("vip", "rest"):
        class_actions.add_class(scheme_key="priority", key=key, name_en=key, **WHO)
    rules = {"vip": rule("cf_heat", "in", ["hot"])}
    actions.save_draft(key="priority", rules_by_class=rules, parameters={"default": "rest"}, **WHO)
    actions.put_draft_in_force(key="priority", **WHO)
    classify_as_of(DAY)


def test_a_rule_over_a_custom_field_sorts_and_says_why(sorted_firm, client):
    assert class_keys("priority") == {"a": "vip", "b": "rest", "c": "rest"}
    a = Customer.objects.get(name="a")
    assert class_of(a.id, "priority") == "vip"
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))
    page = client.get("/settings/schemes/priority/").text
    assert "Hot" in page
    change_customer(customer_id=a.id, custom={"heat": "cold"}, **WHO)
    classify_as_of(DAY)
    assert class_keys("priority")["a"] == "rest"


def test_a_field_that_a_rule_asks_for_is_not_archived_and_keeps_its_type(sorted_firm, client):
    assert len(list_rules_asking("cf_heat")) == 1
    assert list_rules_asking("cf_hea") == []
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))
    refused = client.post("/api/fields/heat/archive")
    assert (refused.status_code, refused.json()["code"]) == (409, "customers.field_in_use")
    assert "Priority" in refused.json()["detail"]
    hidden = client.patch("/api/fields/heat", {"personal": True}, content_type="application/json")
    assert (hidden.status_code, hidden.json()["code"]) == (409, "customers.field_in_use")
    assert client.get("/settings/fields/heat/").status_code == 200
    actions.retire_scheme(key="priority", **WHO)
    assert client.post("/api/fields/heat/archive").status_code == 200


def test_a_rule_that_asks_for_a_field_that_is_gone_says_so_and_nothing_breaks(firm, client):
    document = rule("cf_gone", "in", ["x"])
    assert [one.code for one in find_problems(document)] == ["unknown_trait"]
    make_field("income", "money", personal=True)
    assert [one.code for one in find_problems(rule("cf_income", "gt", 1))] == ["unknown_trait"]
    client.force_login(make_user("ada"))
    actions.create_scheme(key="priority", kind="rule", name_en="Priority", **WHO)
    class_actions.add_class(scheme_key="priority", key="vip", name_en="VIP", **WHO)
    actions.save_draft(key="priority", rules_by_class={"vip": document}, **WHO)
    assert client.get("/settings/schemes/priority/").status_code == 200
    assert client.get("/settings/schemes/priority/rules/vip/").status_code == 200
    assert classify_as_of(DAY).report is not None
