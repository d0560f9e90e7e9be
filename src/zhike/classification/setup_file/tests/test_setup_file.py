"""The set-up as a file: read by people, brought in all or nothing, and twice is once."""

import json

import pytest
from django.utils.timezone import now
from django.utils.translation import override

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.models import CustomerClass, Policy, Scheme, SchemeVersion
from zhike.classification.policies.actions import set_policy
from zhike.classification.schemes import actions as schemes
from zhike.classification.schemes import class_actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.setup_file.actions import apply_setup, export_setup
from zhike.classification.setup_file.errors import SetupUnreadable, SetupWrong

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _setup():
    install_built_in_schemes()
    schemes.create_scheme(key="care", kind="rule", name_zh="关怀", name_en="Care", by=SYSTEM, at=now())
    for key in ("vip", "rest"):
        class_actions.add_class(scheme_key="care", key=key, name_en=key.upper(), hue="amber", by=SYSTEM, at=now())
    tier = CustomerClass.objects.get(scheme__key="value_tier", key="A")
    rule = {
        "all": [{"trait": "monetary", "op": "ge", "value": 100_000}, {"scheme": tier.scheme_id, "classes": [tier.id]}]
    }
    document = {"version": 1, "rule": rule}
    schemes.save_draft(
        key="care", rules_by_class={"vip": document}, parameters={"default": "rest"}, by=SYSTEM, at=now()
    )
    schemes.put_draft_in_force(key="care", by=SYSTEM, at=now())
    set_policy(
        class_id=CustomerClass.objects.get(scheme__key="care", key="vip").id,
        kind="service_level",
        value={"response_hours": 4, "resolve_hours": 24, "clock": "business"},
        by=SYSTEM,
        at=now(),
    )


def apply(document, *, dry=False):
    text = document if isinstance(document, str) else json.dumps(document)
    return apply_setup(text=text, dry=dry, by=SYSTEM, at=now())


def test_rules_stand_in_it_as_text_and_applying_it_changes_nothing():
    text = export_setup()
    found = json.loads(text)
    assert found["schemes"]["care"]["rules"] == {"vip": "monetary >= 1000.00 and class(value_tier, A)"}
    assert found["schemes"]["care"]["classes"][0]["hue"] == "amber"
    assert found["schemes"]["lifecycle"]["parameters"]["at_risk_days"] == 90
    assert found["policies"]["care/vip"]["service_level"]["response_hours"] == 4
    before = list(SchemeVersion.objects.order_by("id").values()), list(Policy.objects.order_by("id").values())
    assert apply(text).count == 0
    assert (list(SchemeVersion.objects.order_by("id").values()), list(Policy.objects.order_by("id").values())) == before
    assert export_setup() == text


def test_a_changed_file_is_shown_then_applied_and_twice_is_once():
    document = json.loads(export_setup())
    document["schemes"]["lifecycle"]["parameters"]["at_risk_days"] = 60
    document["schemes"]["care"]["rules"]["vip"] = "monetary >= 2000.00"
    document["schemes"]["care"]["classes"][0]["name_zh"] = "贵宾"
    document["schemes"]["scale"]["status"] = "retired"
    document["policies"]["care/vip"]["service_level"]["response_hours"] = 2
    wanted = {
        "~ lifecycle: at_risk_days 90 → 60",
        "~ care/vip: monetary >= 1000.00 and class(value_tier, A) → monetary >= 2000.00",
        "~ care/vip: name_zh “” → “贵宾”",
        "- scale",
    }
    dry = apply(document, dry=True)
    assert wanted <= set(dry.changes["schemes"])
    assert len(dry.changes["policies"]) == 1
    assert SchemeVersion.objects.filter(scheme__key="lifecycle").count() == 1
    assert Scheme.objects.get(key="scale").status == "active"
    done = apply(document)
    assert done.changes == dry.changes
    assert Scheme.objects.get(key="lifecycle").version == 2
    assert apply(document).count == 0
    assert json.loads(export_setup()) == document


def test_a_province_that_rules_ask_for_comes_before_the_first_customer_who_lives_there():
    document = json.loads(export_setup())
    place = {"key": "330000", "hue": "rose", "name_zh": "浙江大区", "name_en": "", "meaning_zh": "", "meaning_en": ""}
    document["schemes"]["province"]["classes"].append(place)
    document["schemes"]["care"]["rules"]["vip"] = "class(province, `330000`)"
    assert "+ province/330000" in apply(document).changes["schemes"]
    assert CustomerClass.objects.get(scheme__key="province", key="330000").name == "浙江大区"
    assert json.loads(export_setup()) == document
    assert apply(document).count == 0
    place["key"] = "33/0"
    with pytest.raises(SetupWrong):
        apply(document)


def test_a_new_type_comes_with_its_classes_and_rules():
    document = json.loads(export_setup())
    fresh = json.loads(json.dumps(document["schemes"]["care"])) | {"name_en": "Copy", "position": 50}
    document["schemes"]["copied"] = fresh
    fresh["rules"] = {"vip": "class(care, vip)"}
    apply(document)
    scheme = Scheme.objects.get(key="copied")
    assert (scheme.status, scheme.version, scheme.name) == ("active", 1, "关怀")
    assert json.loads(export_setup()) == document


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda one: one["schemes"]["care"]["rules"].update(vip="monetary >="), SetupWrong),
        (lambda one: one["schemes"]["lifecycle"]["parameters"].update(at_risk_days=900), SetupWrong),
        (lambda one: one["schemes"]["care"].update(kind="rfm"), SetupWrong),
        (lambda one: one["policies"].update({"care/nobody": {"service_level": {}}}), SetupWrong),
        (lambda one: one["policies"]["care/vip"].update(service_level={"response_hours": "x"}), SetupWrong),
        (lambda one: one["schemes"]["care"].update(classes=[{"hue": "amber"}]), SetupWrong),
        (lambda one: one.update(version=9), SetupUnreadable),
        (lambda one: one.update(recipes={}), SetupUnreadable),
    ],
)
def test_one_mistake_and_nothing_is_changed(change, refusal):
    before = export_setup()
    document = json.loads(before)
    document["schemes"]["rfm"]["name_en"] = "Changed before the mistake"
    change(document)
    with pytest.raises(refusal):
        apply(document)
    assert export_setup() == before


def test_what_is_no_json_is_refused():
    with pytest.raises(SetupUnreadable):
        apply("schemes:\n  lifecycle: {}")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.update(fields={}), "fields：这里应是字段列表，每个字段都要有 key。"),
        (lambda one: one.update(schemes=[]), "schemes：这里应是管理类型的对照表（key: 内容）。"),
        (lambda one: one.update(policy_order="x"), "policy_order：这里应是管理类型的 key 列表。"),
        (lambda one: one["schemes"]["care"].update(classes=[{}]), "schemes.care：缺少“key”，或没有这一项。"),
        (lambda one: one["schemes"].update(care=7), "schemes.care：有一处填的内容格式不对。"),
        (lambda one: one["policies"].update({"care/x": {}}), "policies.care/x：没有这个类别。"),
        (lambda one: one.update(version=9), "版本应为 1"),
    ],
)
def test_what_is_wrong_is_said_in_the_reader_s_language(change, said):
    document = json.loads(export_setup())
    change(document)
    with override("zh-hans"), pytest.raises((SetupWrong, SetupUnreadable)) as refused:
        apply(document)
    with override("zh-hans"):
        assert said in str(refused.value.message)
        with pytest.raises(SetupUnreadable, match="第 1 行第 1 列不是 JSON"):
            apply("schemes:")


def test_people_and_teams_travel_by_name():
    one = CustomerClass.objects.get(scheme__key="care", key="rest")
    ana = make_user("ana")
    value = {
        "owner_kind": "dedicated", "assign": "territory", "person": ana.id, "team": ana.team_id,
        "areas": [{"place": "330000", "to": f"person:{ana.id}"}, {"place": "440000", "to": f"team:{ana.team_id}"}],
    }  # fmt: skip
    kept = set_policy(class_id=one.id, kind="owner", value=value, by=SYSTEM, at=now()).value
    document = json.loads(export_setup())
    said = document["policies"]["care/rest"]["owner"]
    assert (said["person"], said["team"]) == (f"@{ana.login}", ana.team.name)
    assert [row["to"] for row in said["areas"]] == [f"@{ana.login}", f"team:{ana.team.name}"]
    assert apply(document).count == 0
    Policy.objects.filter(to_class=one).delete()
    apply(document)
    assert Policy.objects.get(to_class=one).value == kept
    said["person"] = ana.id  # as older files say it
    assert apply(document).count == 0
    said["person"] = "@somebody_else"
    with pytest.raises(SetupWrong, match="somebody_else"):
        apply(document)
    said |= {"person": f"@{ana.login}", "team": "Nowhere"}
    with pytest.raises(SetupWrong, match="Nowhere"):
        apply(document)
    assert Policy.objects.get(to_class=one, valid_to=None).value == kept
