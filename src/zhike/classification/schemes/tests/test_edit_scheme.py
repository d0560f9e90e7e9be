from datetime import UTC, datetime

import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.classification.errors import (
    ClassInUse,
    ClassIsFixed,
    CutsOutOfOrder,
    DaysOutOfOrder,
    DraftChanged,
    HueWrong,
    KeyTaken,
    KeyWrong,
    KindWrong,
    NameMissing,
    NoClassYet,
    NoDraft,
    NumberWrong,
    RuleHasProblems,
    RulesInCircle,
    SchemeStillAsked,
)
from zhike.classification.models import Assignment, CustomerClass, Scheme, SchemeVersion
from zhike.classification.schemes import actions, class_actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.customers.testing import make_customer

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHO = {"by": SYSTEM, "at": NOON}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _built_in():
    install_built_in_schemes()


def condition(trait="monetary", op="ge", value=100):
    return {"version": 1, "rule": {"trait": trait, "op": op, "value": value}}


def make_rule_scheme(key="priority", class_keys=("vip", "rest")):
    actions.create_scheme(key=key, kind="rule", name_zh="优先级", name_en=key.capitalize(), **WHO)
    return [class_actions.add_class(scheme_key=key, key=one, name_en=one.upper(), **WHO) for one in class_keys]


def test_built_in_types_are_there_once_and_edits_stay():
    assert list(Scheme.objects.order_by("position").values_list("key", flat=True)) == [
        "lifecycle", "value_tier", "rfm", "market", "country", "province", "city", "customer_kind", "scale",
        "customer_priority", "strategic",
    ]  # fmt: skip
    actions.rename_scheme(key="rfm", name_zh="消费分群", name_en="Buying", **WHO)
    assert install_built_in_schemes() == 0
    assert Scheme.objects.get(key="rfm").name_zh == "消费分群"


def test_thresholds_go_through_a_draft():
    draft = actions.save_draft(key="lifecycle", parameters={"at_risk_days": 60}, **WHO)
    assert (draft.number, draft.parameters["at_risk_days"], draft.parameters["lost_days"]) == (2, 60, 180)
    assert Scheme.objects.get(key="lifecycle").version == 1
    again = actions.save_draft(key="lifecycle", parameters={"lost_days": 120}, number=2, **WHO)
    assert again.id == draft.id
    applied = actions.put_draft_in_force(key="lifecycle", **WHO)
    assert (applied.number, applied.applied_at) == (2, NOON)
    assert Scheme.objects.get(key="lifecycle").version == 2
    assert SchemeVersion.objects.get(scheme__key="lifecycle", number=1).parameters["at_risk_days"] == 90
    names = [name for name, _ in recorded()]
    assert names == ["SchemeDrafted", "SchemeApplied"]


def test_a_discarded_draft_leaves_what_is_in_force():
    actions.save_draft(key="lifecycle", parameters={"at_risk_days": 60}, **WHO)
    actions.discard_draft(key="lifecycle", **WHO)
    assert SchemeVersion.objects.filter(scheme__key="lifecycle").count() == 1
    with pytest.raises(NoDraft):
        actions.discard_draft(key="lifecycle", **WHO)
    with pytest.raises(NoDraft):
        actions.put_draft_in_force(key="lifecycle", **WHO)


def test_a_draft_that_somebody_else_applied_is_not_overwritten():
    actions.save_draft(key="lifecycle", parameters={"at_risk_days": 60}, **WHO)
    actions.put_draft_in_force(key="lifecycle", **WHO)
    with pytest.raises(DraftChanged):
        actions.save_draft(key="lifecycle", parameters={"at_risk_days": 70}, number=2, **WHO)
    assert not SchemeVersion.objects.filter(applied_at=None, scheme__version__gt=0).exists()


@pytest.mark.parametrize(
    ("key", "parameters", "refusal"),
    [
        ("lifecycle", {"at_risk_days": 180}, DaysOutOfOrder),
        ("lifecycle", {"at_risk_days": 0}, NumberWrong),
        ("lifecycle", {"lost_days": "soon"}, NumberWrong),
        ("lifecycle", {"loyal_purchase_days": 1}, NumberWrong),
        ("value_tier", {"cuts": ["0.95", "0.80"]}, CutsOutOfOrder),
        ("value_tier", {"cuts": ["0.80", "1"]}, CutsOutOfOrder),
        ("value_tier", {"cuts": ["0.80"]}, CutsOutOfOrder),
        ("value_tier", {"cuts": ["many", "0.9"]}, CutsOutOfOrder),
        ("rfm", {"high_from": {"r": 6, "f": 4, "m": 4}}, NumberWrong),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(key, parameters, refusal):
    with pytest.raises(refusal):
        actions.save_draft(key=key, parameters=parameters, **WHO)
    assert not SchemeVersion.objects.filter(applied_at=None, scheme__version__gt=0).exists()


def test_a_rule_scheme_from_nothing_to_in_force():
    make_rule_scheme()
    actions.save_draft(key="priority", rules_by_class={"vip": condition()}, parameters={"default": "rest"}, **WHO)
    version = actions.put_draft_in_force(key="priority", **WHO)
    scheme = Scheme.objects.get(key="priority")
    assert (scheme.status, scheme.version, version.number) == ("active", 1, 1)
    assert version.parameters == {"order": ["vip", "rest"], "default": "rest"}


def test_new_types_with_wrong_input_are_refused():
    count = Scheme.objects.count()
    for given, refusal in (
        ({"key": "lifecycle", "kind": "rule", "name_en": "X"}, KeyTaken),
        ({"key": "Bad Key", "kind": "rule", "name_en": "X"}, KeyWrong),
        ({"key": "x" * 41, "kind": "rule", "name_en": "X"}, KeyWrong),
        ({"key": "x", "kind": "rfm", "name_en": "X"}, KindWrong),
        ({"key": "x", "kind": "hand", "name_zh": " "}, NameMissing),
    ):
        with pytest.raises(refusal):
            actions.create_scheme(**given, **WHO)
    assert Scheme.objects.count() == count


def test_an_incomplete_rule_stays_a_draft():
    make_rule_scheme()
    incomplete = {"version": 1, "rule": {"all": [{"trait": "city", "op": "in"}]}}
    actions.save_draft(key="priority", rules_by_class={"vip": incomplete}, **WHO)
    with pytest.raises(RuleHasProblems) as refused:
        actions.put_draft_in_force(key="priority", **WHO)
    assert refused.value.facts["problems"][0]["path"] == "rule.all[0]"
    assert Scheme.objects.get(key="priority").version == 0


def test_malformed_rules_are_not_kept():
    make_rule_scheme()
    with pytest.raises(RuleHasProblems):
        actions.save_draft(key="priority", rules_by_class={"vip": {"version": 1, "rule": {"some": []}}}, **WHO)
    assert SchemeVersion.objects.get(scheme__key="priority").rules == {}


def test_schemes_that_ask_for_each_other_in_a_circle_are_refused():
    (first, _), (second, _) = make_rule_scheme("first"), make_rule_scheme("second")
    asks_second = {"version": 1, "rule": {"scheme": second.scheme_id, "classes": [second.id]}}
    asks_first = {"version": 1, "rule": {"scheme": first.scheme_id, "classes": [first.id]}}
    actions.save_draft(key="second", rules_by_class={"vip": asks_first}, **WHO)
    actions.put_draft_in_force(key="second", **WHO)
    actions.save_draft(key="first", rules_by_class={"vip": asks_second}, **WHO)
    with pytest.raises(RulesInCircle):
        actions.put_draft_in_force(key="first", **WHO)
    actions.save_draft(key="first", rules_by_class={"vip": condition()}, **WHO)
    actions.put_draft_in_force(key="first", **WHO)
    with pytest.raises(SchemeStillAsked):
        actions.retire_scheme(key="first", **WHO)


def test_a_scheme_without_classes_cannot_be_applied():
    actions.create_scheme(key="empty", kind="rule", name_en="Empty", **WHO)
    with pytest.raises(NoClassYet):
        actions.put_draft_in_force(key="empty", **WHO)


def test_classes_are_named_coloured_ordered_and_retired():
    vip, rest = make_rule_scheme()
    class_actions.change_class(class_id=vip.id, name_zh="贵宾", name_en="VIP", hue="amber", **WHO)
    with pytest.raises(HueWrong):
        class_actions.change_class(class_id=vip.id, name_zh="贵宾", name_en="", hue="#ff0000", **WHO)
    class_actions.order_classes(scheme_key="priority", class_ids=[rest.id, vip.id], **WHO)
    assert SchemeVersion.objects.get(scheme__key="priority").parameters["order"] == ["rest", "vip"]
    with pytest.raises(KeyTaken):
        class_actions.add_class(scheme_key="priority", key="vip", name_en="Again", **WHO)
    class_actions.retire_class(class_id=rest.id, **WHO)
    assert list(CustomerClass.objects.filter(scheme=vip.scheme, retired_at=None)) == [vip]


def test_classes_that_follow_from_the_computation_stay():
    loyal = CustomerClass.objects.get(scheme__key="lifecycle", key="loyal")
    with pytest.raises(ClassIsFixed):
        class_actions.retire_class(class_id=loyal.id, **WHO)
    with pytest.raises(ClassIsFixed):
        class_actions.add_class(scheme_key="lifecycle", key="eternal", name_en="Eternal", **WHO)


def test_a_class_with_customers_is_not_retired():
    actions.create_scheme(key="standing", kind="hand", name_en="Standing", **WHO)
    one = class_actions.add_class(scheme_key="standing", key="key", name_en="Key", **WHO)
    Assignment.objects.create(
        customer=make_customer(), scheme=one.scheme, to_class=one, valid_from=NOON, rule_version=1, source=3
    )
    with pytest.raises(ClassInUse):
        class_actions.retire_class(class_id=one.id, **WHO)


def test_retiring_a_scheme_ends_its_classes_and_it_can_come_back():
    actions.create_scheme(key="standing", kind="hand", name_en="Standing", **WHO)
    one = class_actions.add_class(scheme_key="standing", key="key", name_en="Key", **WHO)
    customer = make_customer()
    Assignment.objects.create(
        customer=customer, scheme=one.scheme, to_class=one, valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        rule_version=1, source=3,
    )  # fmt: skip
    assert actions.retire_scheme(key="standing", **WHO) == 1
    assert Assignment.objects.get().valid_to == NOON
    customer.listing.refresh_from_db()
    assert customer.listing.classes == []
    assert actions.restore_scheme(key="standing", **WHO).status == "active"


PAGES = [
    *[f"/settings/schemes/{key}" for key in ("", "lifecycle/", "rfm/", "value_tier/", "scale/", "market/")],
    "/classes/",
    "/classes/rfm/",
]
CHANGING = ["/settings/schemes/new/", "/settings/schemes/scale/settings/", "/settings/schemes/scale/rules/large/"]


@pytest.mark.parametrize("login", ["ana", "li", "vic", "ada"])
def test_who_may_see_and_change_types(client, login):
    client.force_login(make_user(login))
    assert [client.get(one).status_code for one in PAGES] == [200] * len(PAGES)
    allowed = 200 if login == "ada" else 403
    assert [client.get(one).status_code for one in CHANGING] == [allowed] * len(CHANGING)
    saved = client.post("/settings/schemes/lifecycle/", {"at_risk_days": 1})
    assert saved.status_code == (422 if login == "ada" else 403)
    assert not SchemeVersion.objects.filter(applied_at=None, scheme__version__gt=0).exists()


def test_without_sign_in_every_page_leads_to_it(client):
    assert {client.get(one).status_code for one in PAGES + CHANGING} == {302}


def test_the_page_keeps_thresholds_as_a_draft(client):
    client.force_login(make_user("ada"))
    given = {
        "at_risk_days": 60,
        "lost_days": 120,
        "won_back_gap_days": 180,
        "loyal_purchase_days": 4,
        "window_days": 365,
    }
    assert client.post("/settings/schemes/lifecycle/", given).status_code == 302
    assert SchemeVersion.objects.get(applied_at=None, scheme__key="lifecycle").parameters["at_risk_days"] == 60
    refused = client.post("/settings/schemes/lifecycle/", {**given, "at_risk_days": 130})
    assert refused.status_code == 422
    assert "130" in refused.text
    assert SchemeVersion.objects.get(applied_at=None, scheme__key="lifecycle").parameters["at_risk_days"] == 60
    tiers = {"first": "70", "second": "92.5", "window_days": 365, "cut_points": "fixed"}
    assert client.post("/settings/schemes/value_tier/", tiers).status_code == 302
    assert SchemeVersion.objects.get(applied_at=None, scheme__key="value_tier").parameters == {
        "cuts": ["0.70", "0.925"], "cut_points": "fixed", "window_days": 365,
    }  # fmt: skip


def test_an_unknown_type_is_not_found(client):
    client.force_login(make_user("ada"))
    assert client.get("/settings/schemes/nothing/").status_code == 404
    assert client.get("/classes/nothing/").status_code == 404
    assert client.get("/settings/schemes/lifecycle/rules/loyal/").status_code == 404


def test_of_two_people_the_second_sees_what_the_first_changed(client):
    client.force_login(make_user("ada"))
    given = {
        "at_risk_days": 60,
        "lost_days": 120,
        "won_back_gap_days": 180,
        "loyal_purchase_days": 4,
        "window_days": 365,
    }
    seen = client.get("/settings/schemes/lifecycle/").context["seen"]
    assert client.post("/settings/schemes/lifecycle/", {**given, "seen": seen}).status_code == 302
    second = client.post("/settings/schemes/lifecycle/", {**given, "at_risk_days": 75, "seen": seen})
    assert second.status_code == 409
    assert "60" in str(second.context["form"].errors["at_risk_days"])
    assert "lost_days" not in second.context["form"].errors
    draft = SchemeVersion.objects.get(applied_at=None, scheme__key="lifecycle")
    assert draft.parameters["at_risk_days"] == 60
    again = {**given, "at_risk_days": 75, "seen": second.context["seen"]}  # having seen it, they may insist
    assert client.post("/settings/schemes/lifecycle/", again).status_code == 302
    draft.refresh_from_db()
    assert (draft.parameters["at_risk_days"], draft.stamp) == (75, 2)
    put = {"parameters": {"at_risk_days": 80}, "seen": seen}
    assert client.put("/api/schemes/lifecycle/draft", put, content_type="application/json").status_code == 409
    mark = client.get("/api/schemes/lifecycle").json()["draft_mark"]
    assert (
        client.put("/api/schemes/lifecycle/draft", put | {"seen": mark}, content_type="application/json").json()[
            "parameters"
        ]["at_risk_days"]
        == 80
    )


def test_versions_say_what_differs(client):
    actions.save_draft(key="lifecycle", parameters={"at_risk_days": 60}, **WHO)
    actions.put_draft_in_force(key="lifecycle", **WHO)
    client.force_login(make_user("vic"))
    page = client.get("/settings/schemes/lifecycle/versions/")
    assert [(str(one.before), str(one.after)) for one in page.context["differences"]] == [("90", "60")]
    assert client.get("/settings/schemes/lifecycle/versions/?before=2&after=2").context["differences"] == []
    make_rule_scheme("care")
    actions.save_draft(key="care", rules_by_class={"vip": condition()}, parameters={"default": "rest"}, **WHO)
    actions.put_draft_in_force(key="care", **WHO)
    actions.save_draft(key="care", rules_by_class={"vip": condition(value=900)}, **WHO)
    lines = client.get("/settings/schemes/care/versions/").context["differences"]
    assert [str(one.label) for one in lines] == ["VIP"]
    assert "9" in lines[0].after
    assert client.get("/settings/schemes/nothing/versions/").status_code == 404


def test_a_type_has_an_owner_whom_colleagues_can_ask(client):
    client.force_login(make_user("ada"))
    li = make_user("li")
    names = {"name_zh": "生命周期", "name_en": "Lifecycle"}
    assert client.post("/settings/schemes/lifecycle/settings/", {**names, "owner": li.pk}).status_code == 302
    assert Scheme.objects.get(key="lifecycle").owner == li
    assert "Li" in client.get("/settings/schemes/lifecycle/").text
    before = len(recorded())
    actions.give_scheme_owner(key="lifecycle", owner=li, **WHO)
    assert len(recorded()) == before
    wrong = client.post("/settings/schemes/lifecycle/settings/", {**names, "owner": 999_999})
    assert (wrong.status_code, Scheme.objects.get(key="lifecycle").owner) == (422, li)
