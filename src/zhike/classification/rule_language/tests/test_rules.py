"""A rule by text, by file and by the API has the same members, sentence and mistakes."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, Scope
from zhike.accounts.testing import make_user
from zhike.classification import permissions
from zhike.classification.evaluation.actions import get_store
from zhike.classification.rule_language import command
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.testing import classify_as_of
from zhike.commerce.public import NewLine, create_order
from zhike.customers.public import Customer
from zhike.customers.testing import make_customer
from zhike.engine.public import AllOf, NotOf, count_rule, find_members, rule_from_json
from zhike.kit.clock import day_start, local_day

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = "Asia/Shanghai"
DAY = local_day(now(), ZONE) - timedelta(days=5)  # whoever asks computes today: by then nobody may be lost
FIRST_ORDERS = DAY - timedelta(days=20)
ASKED = 'city in ("杭州") and did(purchase where category = "显卡", last 90 days) >= 2 and not class(lifecycle, lost)'


@pytest.fixture
def firm():
    install_built_in_schemes()
    found = {}
    for name, place, orders in (("a", "浙江省杭州市", 3), ("b", "浙江省杭州市", 1), ("c", "北京市", 3), ("d", "", 0)):
        one = found[name] = make_customer(name, place=place, external_ids={"erp": f"E-{name}"})
        for number in range(orders):
            at = day_start(FIRST_ORDERS + timedelta(days=number), ZONE) + timedelta(hours=12)
            lines = [NewLine("GPU", Decimal(1), Decimal(price), category="显卡") for price in (100, 50)]
            order = {"source": "shop", "number": f"{name}{number}", "currency": "CNY", "lines": lines}
            create_order(**order, customer_id=one.id, ordered_at=at, by=SYSTEM, at=at)
    classify_as_of(DAY)
    return found


def rules(capsys: Any, *words: str) -> tuple[int, Any]:
    capsys.readouterr()
    parser = ArgumentParser()
    command.add_arguments(parser)
    code = command.run(parser.parse_args([*words, "--json"]))
    return code, json.loads(capsys.readouterr().out)


def test_text_file_and_both_engines_give_the_same_members(firm, capsys, tmp_path):
    code, found = rules(capsys, "members", "--text", ASKED, "--as-of", str(DAY))
    assert (code, found["count"], found["members"]) == (0, 1, ["E-a"])
    _, checked = rules(capsys, "check", "--text", ASKED)
    assert checked["text"] == ASKED
    assert checked["rule"]["rule"]["all"][0] == {"trait": "city", "op": "in", "value": ["330100"]}
    file = tmp_path / "rule.json"
    file.write_text(json.dumps(checked["rule"]))
    for engine in ("duckdb", "postgres"):
        again = rules(capsys, "members", "--file", str(file), "--as-of", str(DAY), "--engine", engine)[1]
        assert again["members"] == ["E-a"]
    assert rules(capsys, "count", "--text", 'kind = "company"', "--engine", "postgres")[1]["count"] == 4
    assert rules(capsys, "members", "--text", "did(purchase) < 2")[1]["members"] == ["E-b", "E-d"]


def test_the_sentence_stands_in_both_languages(firm, capsys):
    _, found = rules(capsys, "explain", "--text", ASKED)
    assert found["sentence"]["en"] == (
        "city is one of Hangzhou, and Purchase (product category is 显卡) at least 2 times, in the last 90 days, "
        "and not Lifecycle stage is Lost"
    )
    assert found["sentence"]["zh"] == (
        "城市属于 杭州，并且近 90 天内购买（商品类别是 显卡）至少 2 次，并且不满足生命周期是 已流失"
    )


def test_mistakes_are_problems_with_their_place_and_exit_code_two(firm, capsys, tmp_path, monkeypatch):
    code, found = rules(capsys, "check", "--text", "city in")
    assert (code, found["code"]) == (2, "classification.rule_text_wrong")
    assert (found["problems"][0]["line"], found["problems"][0]["column"]) == (1, 8)
    assert rules(capsys, "check", "--text", "")[1]["code"] == "classification.rule_text_wrong"
    code, found = rules(capsys, "count", "--text", 'shoe_size = 43 and frequency contains "x"')
    assert code == 2
    assert [(one["path"], one["code"]) for one in found["problems"]] == [
        ("rule.all[0]", "unknown_trait"), ("rule.all[1]", "wrong_op"),
    ]  # fmt: skip
    many = tmp_path / "many.json"
    many.write_text(json.dumps({"any": [{"trait": "kind", "op": "eq", "value": "person"}] * 10_000}))
    code, found = rules(capsys, "count", "--file", str(many))
    assert (code, found["problems"][0]["code"]) == (2, "too_many")
    many.write_text("not JSON")
    assert rules(capsys, "check", "--file", str(many))[1]["code"] == "classification.rule_unreadable"
    assert rules(capsys, "count", "--text", "class(#999, #1)")[1]["problems"][0]["code"] == "unknown_class"
    monkeypatch.setattr("zhike.engine.spark.session.missing_for_spark", lambda: "pyspark")
    code, found = rules(capsys, "count", "--text", 'kind = "company"', "--engine", "spark")
    assert (code, found["code"]) == (2, "engine.spark_missing")


def test_the_api_counts_lists_and_names_only_whom_one_may_see(firm, client):
    boss, agent = make_user("ada"), make_user("ana", may=[permissions.VIEW], scope=Scope.OWN)
    Customer.objects.filter(name="a").update(owner=agent)
    body = {"text": "did(purchase) >= 3", "as_of": str(DAY)}

    def ask(user: Any, address: str, **more: Any) -> Any:
        client.force_login(user)
        return client.post(f"/api/rules/{address}", body | more, content_type="application/json")

    found = ask(boss, "count").json()
    assert (found["count"], [one["name"] for one in found["sample"]]) == (2, ["a", "c"])
    assert ask(boss, "members").json()["ids"] == sorted([firm["a"].id, firm["c"].id])
    page = ask(boss, "members", limit=1).json()
    assert ask(boss, "members", limit=1, after=page["next"]).json()["ids"] == [firm["c"].id]
    mine = ask(agent, "count").json()
    assert (mine["count"], [one["name"] for one in mine["sample"]]) == (2, ["a"])
    assert ask(agent, "members").json()["ids"] == [firm["a"].id]
    for address in ("rules/count", "rules/members", "schemes/lifecycle/preview"):
        ahead = {"as_of": "2999-01-01"} | ({} if "preview" in address else {"text": body["text"]})
        refused = client.post(f"/api/{address}", ahead, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (422, "classification.day_in_future")
    wrong = client.post("/api/rules/check", {"text": "city ~ 3"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["facts"]["column"]) == (422, 6)
    told = client.post("/api/rules/check", {"text": body["text"]}, content_type="application/json").json()
    assert told["rule"]["rule"]["measure"] == "count"
    language = client.get("/api/rules/language").json()
    assert {one["key"] for one in language["traits"]} >= {"city", "place", "monetary"}
    assert {one["key"] for one in language["facts"]} >= {"purchase", "return"}
    client.logout()
    assert client.post("/api/rules/check", body, content_type="application/json").status_code == 401


def test_the_live_count_is_the_count_of_the_members(firm, client):
    nodes = [
        {"fact": "purchase", "op": "ge", "value": 2, "where": [{"property": "category", "op": "eq", "value": "显卡"}]},
        {"trait": "place", "op": "in", "value": ["330000"]},
        {"trait": "monetary", "op": "ge", "value": 1},
    ]
    rules_asked = [rule_from_json({"version": 2, "rule": node}) for node in nodes]
    rules_asked += [AllOf(tuple(rules_asked)), NotOf(rules_asked[0])]
    for rule in rules_asked:
        for day in (None, FIRST_ORDERS + timedelta(days=1), DAY):
            members = find_members(get_store(), rule, as_of=day)
            assert count_rule(get_store(), rule, as_of=day).count == len(members)
            assert list(count_rule(get_store(), rule, as_of=day, sample=10).sample) == members
