import pytest

from zhike.accounts.testing import make_user
from zhike.classification.models import Scheme, SchemeVersion
from zhike.classification.schemes.installing import install_built_in_schemes

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client):
    install_built_in_schemes()
    client.force_login(make_user("ada"))
    return client


def send(client, method, url, body=None):
    return getattr(client, method)(f"/api{url}", body or {}, content_type="application/json")


def test_reading_types(api):
    found = api.get("/api/schemes").json()
    assert [one["key"] for one in found][:3] == ["lifecycle", "value_tier", "rfm"]
    one = api.get("/api/schemes/value_tier").json()
    assert [each["key"] for each in one["classes"]] == ["A", "B", "C"]
    assert one["in_force"]["parameters"]["cuts"] == ["0.80", "0.95"]
    assert one["draft"] is None
    missing = api.get("/api/schemes/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "classification.no_such_scheme")


def test_making_a_type_and_putting_it_in_force(api):
    made = send(api, "post", "/schemes", {"key": "priority", "kind": "rule", "name_en": "Priority"})
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    added = send(api, "post", "/schemes/priority/classes", {"key": "vip", "name_en": "VIP", "hue": "amber"})
    assert (added.status_code, added.json()["hue"]) == (201, "amber")
    rule = {"version": 1, "rule": {"trait": "monetary", "op": "ge", "value": 100000}}
    draft = send(api, "put", "/schemes/priority/draft", {"rules": {"vip": rule}})
    assert draft.json()["rules"] == {"vip": rule | {"version": 2}}
    applied = send(api, "post", "/schemes/priority/apply")
    assert (applied.status_code, applied.json()["number"]) == (200, 1)
    assert Scheme.objects.get(key="priority").status == "active"
    assert send(api, "post", "/schemes/priority/retire").json()["status"] == "retired"
    assert send(api, "post", "/schemes/priority/restore").json()["status"] == "active"


def test_refusals_are_problems_with_numbers(api):
    answer = send(api, "put", "/schemes/lifecycle/draft", {"parameters": {"at_risk_days": 200}})
    assert answer.status_code == 422
    assert answer.json()["code"] == "classification.days_out_of_order"
    assert answer.json()["facts"] == {"at_risk": 200, "lost": 180}
    assert not SchemeVersion.objects.filter(applied_at=None, scheme__version__gt=0).exists()


def test_a_wrong_rule_comes_back_with_its_path(api):
    send(api, "post", "/schemes", {"key": "priority", "kind": "rule", "name_en": "Priority"})
    send(api, "post", "/schemes/priority/classes", {"key": "vip", "name_en": "VIP"})
    wrong = {"version": 1, "rule": {"all": [{"trait": "frequency", "op": "contains", "value": "x"}]}}
    send(api, "put", "/schemes/priority/draft", {"rules": {"vip": wrong}})
    answer = send(api, "post", "/schemes/priority/apply")
    assert answer.status_code == 422
    assert answer.json()["facts"]["problems"][0]["path"] == "rule.all[0]"
    assert answer.json()["facts"]["problems"][0]["class"] == "vip"


def test_preview_before_the_first_run_says_so(api):
    answer = send(api, "post", "/schemes/lifecycle/preview", {"parameters": {"at_risk_days": 60}})
    assert (answer.status_code, answer.json()["code"]) == (404, "engine.nothing_computed")


def test_discarding_the_draft(api):
    send(api, "put", "/schemes/lifecycle/draft", {"parameters": {"at_risk_days": 60}})
    assert send(api, "delete", "/schemes/lifecycle/draft").status_code == 204
    assert send(api, "delete", "/schemes/lifecycle/draft").json()["code"] == "classification.no_draft"


@pytest.mark.parametrize("login", ["ana", "li", "vic"])
def test_only_administrators_change_types(api, login):
    api.force_login(make_user(login))
    assert api.get("/api/schemes").status_code == 200
    for method, url, body in (
        ("post", "/schemes", {"key": "x", "kind": "rule"}), ("put", "/schemes/lifecycle/draft", {}),
        ("post", "/schemes/lifecycle/apply", {}), ("post", "/schemes/lifecycle/retire", {}),
        ("patch", "/schemes/lifecycle", {"name_en": "x"}),
    ):  # fmt: skip
        assert send(api, method, url, body).status_code == 403


def test_a_run_is_asked_for_once(api):
    assert send(api, "post", "/classify").json() == {"asked": True}
    assert send(api, "post", "/classify").status_code == 202
    assert api.get("/api/classify/last").status_code == 404
    api.force_login(make_user("vic"))
    assert send(api, "post", "/classify").status_code == 403
