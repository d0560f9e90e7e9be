"""What a class gets: typed, kept in versions, and never a price by personal traits."""

import re
from datetime import timedelta

import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.errors import NoSuchClass, NoSuchScheme, RuleHasProblems
from zhike.classification.models import CustomerClass, Policy, Scheme, SchemeVersion
from zhike.classification.policies import rules
from zhike.classification.policies.actions import end_policy, move_scheme, order_schemes, set_policy
from zhike.classification.policies.errors import (
    NoSuchKind,
    NoSuchPolicy,
    PolicyMoved,
    PolicyWrong,
    PriceByPersonalTrait,
    TraitBehindPrice,
    UnknownField,
)
from zhike.classification.policies.queries import get_kind, list_ordered_schemes, read_book
from zhike.classification.policies.testing import NOON, give, make_scheme
from zhike.classification.schemes.actions import create_scheme, put_draft_in_force, save_draft
from zhike.classification.schemes.class_actions import add_class
from zhike.customers.testing import make_field

pytestmark = pytest.mark.django_db
SERVICE = {"response_hours": 4, "resolve_hours": 24, "clock": "business"}


@pytest.fixture
def gold():
    return make_scheme("standing", "gold", "silver")[0]


def test_a_new_value_keeps_the_old_one_with_who_and_when(gold):
    ada = make_cast_actor("ada")
    give(gold, "discount", {"most_percent": "10"}, by=ada)
    give(gold, "discount", {"most_percent": 12.50, "above": "lead"}, at=NOON + timedelta(days=1), by=ada)
    rows = Policy.objects.order_by("number").values_list("number", "value", "valid_from", "valid_to", "by_id")
    assert list(rows) == [
        (1, {"most_percent": "10"}, NOON, NOON + timedelta(days=1), ada.id),
        (2, {"most_percent": "12.5", "above": "lead"}, NOON + timedelta(days=1), None, ada.id),
    ]
    assert recorded("PolicyChanged")[1] == (
        "PolicyChanged",
        {
            "class_id": gold.id,
            "kind": "discount",
            "number": 2,
            "before": {"most_percent": "10"},
            "after": {"most_percent": "12.5", "above": "lead"},
        },
    )


def test_the_same_value_again_is_no_change(gold):
    assert give(gold, "service_level", SERVICE) == give(gold, "service_level", {**SERVICE, "response_hours": "4"})
    assert len(recorded("PolicyChanged")) == 1


def test_an_ended_policy_stays_in_the_history_and_can_come_back(gold):
    give(gold, "service_level", SERVICE)
    end_policy(class_id=gold.id, kind="service_level", by=SYSTEM, at=NOON)
    assert read_book().policies == {}
    with pytest.raises(NoSuchPolicy):
        end_policy(class_id=gold.id, kind="service_level", by=SYSTEM, at=NOON)
    assert give(gold, "service_level", SERVICE).number == 2


def test_who_looked_at_an_older_value_is_told_what_holds_now(gold):
    give(gold, "service_level", SERVICE)
    with pytest.raises(PolicyMoved, match=r"有人.*4 小时内响应，24 小时内解决"):
        set_policy(class_id=gold.id, kind="service_level", value=SERVICE, number=0, by=SYSTEM, at=NOON)
    assert Policy.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("service_level", {}, "response_hours"),
        ("service_level", {**SERVICE, "response_hours": 0}, "response_hours"),
        ("service_level", {**SERVICE, "response_hours": "four"}, "response_hours"),
        ("service_level", {**SERVICE, "response_hours": 4.5}, "response_hours"),
        ("service_level", {**SERVICE, "response_hours": True}, "response_hours"),
        ("service_level", {**SERVICE, "response_hours": 48}, "resolve_hours"),
        ("service_level", {**SERVICE, "clock": "never"}, "clock"),
        ("discount", {"most_percent": "NaN"}, "most_percent"),
        ("discount", {"most_percent": "101"}, "most_percent"),
        ("discount", {"most_percent": "1.234"}, "most_percent"),
        ("care_plan", {"occasions": "birthday"}, "occasions"),
        ("care_plan", {"occasions": ["birthday", "'; DROP TABLE"]}, "occasions"),
        ("care_plan", {"occasions": ["birthday"], "note": "x" * 201}, "note"),
        ("contact", {"every_days": 30, "channels": [["phone"]]}, "channels"),
        ("owner", {"owner_kind": "dedicated", "assign": "person"}, "person"),
        ("owner", {"owner_kind": "dedicated", "assign": "person", "person": 999999}, "person"),
        ("owner", {"owner_kind": "dedicated", "automatic": True}, "automatic"),
        ("owner", {"owner_kind": "team", "assign": "load", "team": "x"}, "team"),
        ("owner", {"owner_kind": "team", "assign": "territory", "areas": [{"place": "Atlantis"}]}, "areas"),
        ("owner", {"owner_kind": "team", "assign": "territory", "areas": "浙江"}, "areas"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(gold, kind, value, field):
    with pytest.raises(PolicyWrong) as refused:
        give(gold, kind, value)
    assert refused.value.field == field
    assert not Policy.objects.exists()


def test_unknown_fields_kinds_and_classes_are_refused(gold):
    with pytest.raises(UnknownField):
        give(gold, "service_level", {**SERVICE, "price": 1})
    with pytest.raises(NoSuchKind):
        give(gold, "magic", {})
    gold.id = 10**6
    with pytest.raises(NoSuchClass):
        give(gold, "service_level", SERVICE)


def test_an_area_is_a_province_or_city_however_it_is_written(gold):
    ana = make_user("ana")
    areas = [{"place": "浙江省", "to": f"person:{ana.id}"}, {"place": "330100", "to": f"team:{ana.team_id}"}]
    policy = give(gold, "owner", {"owner_kind": "team", "assign": "territory", "areas": areas})
    assert policy.value["areas"] == [
        {"place": "330000", "to": f"person:{ana.id}"},
        {"place": "330100", "to": f"team:{ana.team_id}"},
    ]
    with pytest.raises(PolicyWrong, match="重复"):
        give(gold, "owner", {"owner_kind": "team", "assign": "territory", "areas": [areas[0], areas[0]]})


def rule_scheme(key, condition):
    create_scheme(key=key, kind="rule", name_zh=key, by=SYSTEM, at=NOON)
    one = add_class(scheme_key=key, key="in", name_zh="在内", by=SYSTEM, at=NOON)
    return apply_rule(key, condition) and one


def apply_rule(key, condition):
    rule = {"version": 1, "rule": condition}
    save_draft(key=key, rules_by_class={"in": rule}, by=SYSTEM, at=NOON)
    return put_draft_in_force(key=key, by=SYSTEM, at=NOON)


WOMEN = {"trait": "gender", "op": "in", "value": ["female"]}
BUYERS = {"trait": "frequency", "op": "ge", "value": 3}


def in_classes(one):
    return {"scheme": one.scheme_id, "classes": [one.id]}


def test_prices_may_not_follow_from_a_personal_trait_in_a_rule():
    women = rule_scheme("women", WOMEN)
    with pytest.raises(PriceByPersonalTrait, match="性别"):
        give(women, "discount", {"most_percent": "5"})
    with pytest.raises(PriceByPersonalTrait):
        give(women, "incentive", {"bonuses": ["coupon"]})
    assert not Policy.objects.exists()
    assert give(women, "care_plan", {"occasions": ["festival"]}).number == 1


def test_nor_through_the_classes_of_another_type():
    women = rule_scheme("women", WOMEN)
    behind = rule_scheme("behind", in_classes(women))
    with pytest.raises(PriceByPersonalTrait):
        give(behind, "discount", {"most_percent": "5"})


def test_nor_by_a_profile_field():
    scheme = Scheme.objects.create(key="ages", name_zh="年龄", kind="attribute", status="active", version=1)
    SchemeVersion.objects.create(scheme=scheme, number=1, parameters={"attribute": "birthday"}, applied_at=NOON)
    young = CustomerClass.objects.create(scheme=scheme, key="young", name_zh="年轻")
    with pytest.raises(PriceByPersonalTrait, match="生日"):
        give(young, "discount", {"most_percent": "5"})


def test_a_field_of_ones_own_that_is_marked_as_personal_is_in_no_rule_on_which_a_price_could_hang():
    make_field("diet", personal=True, name_zh="饮食习惯")
    make_field("colour", name_zh="颜色")
    with pytest.raises(RuleHasProblems):
        rule_scheme("diet", {"trait": "cf_diet", "op": "eq", "value": "x"})
    colour = rule_scheme("colour", {"trait": "cf_colour", "op": "eq", "value": "x"})
    assert give(colour, "discount", {"most_percent": "5"}).number == 1


def test_rules_that_come_to_look_at_personal_traits_are_refused_where_prices_hang_on_them():
    buyers = rule_scheme("buyers", BUYERS)
    behind = rule_scheme("behind", in_classes(buyers))
    give(behind, "discount", {"most_percent": "5"})
    with pytest.raises(TraitBehindPrice, match="性别"):
        apply_rule("buyers", WOMEN)
    buyers.scheme.refresh_from_db()
    assert buyers.scheme.version == 1
    end_policy(class_id=behind.id, kind="discount", by=SYSTEM, at=NOON)
    assert apply_rule("buyers", WOMEN).number == 2


def test_a_price_does_not_apply_where_a_trait_slipped_in_by_another_way():
    buyers = rule_scheme("buyers", BUYERS)
    give(buyers, "discount", {"most_percent": "5"})
    SchemeVersion.objects.filter(scheme=buyers.scheme).update(parameters={"attribute": "gender"})
    book = read_book()
    assert book.candidates(get_kind("discount")) == {}
    assert book.barred == {buyers.scheme_id}
    rule_scheme("others", BUYERS)  # has nothing to do with it: put in force without a word
    women = rule_scheme("women", WOMEN)
    with pytest.raises(TraitBehindPrice):
        apply_rule("buyers", in_classes(women))


def test_the_order_of_types_can_be_changed_step_by_step(gold):
    make_scheme("region", "north")
    make_scheme("size", "large")

    def keys():
        return [one.key for one in list_ordered_schemes()]

    assert keys() == ["standing", "region", "size"]
    order_schemes(scheme_keys=["size"], by=SYSTEM, at=NOON)
    assert keys() == ["size", "standing", "region"]
    move_scheme(scheme_key="region", up=True, by=SYSTEM, at=NOON)
    move_scheme(scheme_key="size", up=True, by=SYSTEM, at=NOON)
    assert keys() == ["size", "region", "standing"]
    assert recorded("PolicyOrderChanged")[-1][1]["after"] == ["size", "region", "standing"]
    with pytest.raises(NoSuchScheme):
        order_schemes(scheme_keys=["no"], by=SYSTEM, at=NOON)


def test_of_two_who_order_the_types_the_second_sees_who_changed_it_and_to_what(gold, client):
    make_scheme("region", "north", zh="地区")
    make_scheme("size", "large", zh="规模")
    client.force_login(make_user("ada"))
    seen = re.search('name="seen" value="([^"]+)"', client.get("/policies/").text)[1]
    assert seen == "standing region size"
    move_scheme(scheme_key="size", up=True, seen=seen.split(), by=make_cast_actor("ana"), at=NOON)
    page = client.post("/policies/order/region/", {"to": "up", "seen": seen}, follow=True).text
    assert "Ana 刚把顺序改成了：standing → 规模 → 地区" in page
    asked = {"schemes": ["region"], "seen": ["standing", "region", "size"]}
    assert client.put("/api/policies/order", asked, content_type="application/json").status_code == 409
    make_scheme("new", "one")  # one more type at the end moves no other
    assert client.post("/policies/order/region/", {"to": "up", "seen": "standing size region"}).status_code == 302
    assert [one.key for one in list_ordered_schemes()] == ["standing", "region", "size", "new"]


@pytest.mark.parametrize(
    ("traits", "found"),
    [
        (["birthday_month"], ["birthday"]),
        (["average_order", "package", "message_count"], []),
        (["custom.income", "age"], ["age", "income"]),
    ],
)
def test_a_trait_is_personal_by_what_it_is_about(traits, found):
    assert sorted(rules.personal_of(traits, ["age", "birthday", "gender", "income"])) == found
