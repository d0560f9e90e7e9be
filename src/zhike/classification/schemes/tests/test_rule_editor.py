from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce

import pytest
from django.utils import translation

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification import permissions
from zhike.classification.errors import RuleHasProblems
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion
from zhike.classification.schemes import actions, class_actions, tree
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.schemes.wording import plain_sentence
from zhike.commerce.public import NewLine, create_order

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
URL = "/settings/schemes/priority/rules/vip/"


@pytest.fixture
def editor(client, db):
    actions.create_scheme(key="priority", kind="rule", name_en="Priority", by=SYSTEM, at=NOON)
    class_actions.add_class(scheme_key="priority", key="vip", name_en="VIP", by=SYSTEM, at=NOON)
    client.force_login(make_user("ada"))
    return client


def kept():
    document = SchemeVersion.objects.get(scheme__key="priority").rules.get("vip")
    return document["rule"] if document else None


def test_a_rule_is_built_step_by_step(editor):
    assert editor.get(URL).status_code == 200
    assert editor.post(URL, {"g.r": "all", "do": "condition:r"}).status_code == 200
    assert kept() == {"all": [{"trait": "monetary", "op": "ge"}]}
    fields = {"g.r": "all", "t.r.0": "monetary", "o.r.0": "ge", "v.r.0": "1000"}
    editor.post(URL, fields)
    assert kept() == {"all": [{"trait": "monetary", "op": "ge", "value": 100_000}]}
    editor.post(URL, {**fields, "do": "group:r"})
    assert kept()["all"][1] == {"any": [{"trait": "monetary", "op": "ge"}]}
    inner = {"g.r.1": "any", "t.r.1.0": "tags", "o.r.1.0": "has_any", "v.r.1.0": "老客户，VIP"}
    editor.post(URL, {**fields, **inner, "do": "none:r.1"})
    assert kept()["all"][1] == {"not": {"any": [{"trait": "tags", "op": "has_any", "value": ["老客户", "VIP"]}]}}
    editor.post(URL, {**fields, **inner, "do": "remove:r.0"})
    assert kept() == {"all": [{"any": [{"trait": "tags", "op": "has_any", "value": ["老客户", "VIP"]}]}]}


def test_another_field_takes_its_usual_comparison(editor):
    editor.post(URL, {"g.r": "all", "t.r.0": "name", "o.r.0": "ge", "v.r.0": "杭州"})
    assert kept() == {"all": [{"trait": "name", "op": "contains", "value": "杭州"}]}


def test_days_dates_and_ranges(editor):
    fields = {
        "g.r": "any", "t.r.0": "recency_days", "o.r.0": "between", "v.r.0": ["30", "60"],
        "t.r.1": "birthday", "o.r.1": "lt", "v.r.1": "1990-01-01", "t.r.2": "industry", "o.r.2": "is_empty",
    }  # fmt: skip
    page = editor.post(URL, fields).text
    assert kept() == {
        "any": [
            {"trait": "recency_days", "op": "between", "value": [30, 60]},
            {"trait": "birthday", "op": "lt", "value": "1990-01-01"},
            {"trait": "industry", "op": "is_empty"},
        ]
    }
    assert 'value="30"' in page
    assert 'value="60"' in page


def test_what_cannot_be_read_says_so_and_the_draft_stays(editor):
    page = editor.post(URL, {"g.r": "all", "t.r.0": "employees", "o.r.0": "ge", "v.r.0": "many"})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text
    assert kept() == {"all": [{"trait": "employees", "op": "ge"}]}


@pytest.mark.parametrize(
    "fields",
    [
        {"g.r": "all", "t.r.0": "no such field", "o.r.0": "ge", "v.r.0": "1"},
        {"g.r": "all", "t.r.0": "scheme:x", "o.r.0": "in", "v.r.0": "y"},
        {"g.r": "sideways", "do": "condition:r.9.9"},
        {"do": "remove:r.x"},
        {"g.r": "all", "t.r.0": "monetary", "o.r.0": "ge", "v.r.0": "1e999"},
        {"g.r": "all", "t.r.0": "name", "o.r.0": "eq", "v.r.0": "<script>alert(1)</script>" * 100},
    ],
)
def test_odd_input_breaks_nothing(editor, fields):
    answer = editor.post(URL, fields)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_without_scripts_the_whole_page_comes_back_and_with_htmx_the_editor(editor):
    assert "<html" in editor.post(URL, {"g.r": "all"}).text
    part = editor.post(URL, {"g.r": "all"}, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="editor"' in part


def test_the_tree_needs_no_database():
    leaf = {"trait": "monetary", "op": "ge"}
    grown = tree.change_tree(tree.change_tree({"all": []}, "group:r", leaf, {}), "condition:r.0", leaf, {})
    assert grown == {"all": [{"any": [leaf, leaf]}]}
    assert tree.change_tree(grown, "remove:r.0.1", leaf, {}) == {"all": [{"any": [leaf]}]}
    assert tree.as_group(leaf) == {"all": [leaf]}


def test_what_the_editor_has_no_controls_for_is_written_as_text(editor):
    asked = 'did(purchase where category = "显卡", last 90 days) >= 3'
    page = editor.post(URL, {"g.r": "all", "t.r.0": "written", "v.r.0": asked}).text
    where = [{"property": "category", "op": "eq", "value": "显卡"}]
    counted = {"fact": "purchase", "measure": "count", "where": where, "op": "ge", "value": 3}
    assert kept() == {"all": [counted | {"window": {"last": 90, "unit": "day"}}]}
    assert asked.replace('"', "&quot;").replace(">", "&gt;") in page
    page = editor.post(URL, {"g.r": "all", "t.r.0": "written", "v.r.0": "did(purchase) ~ 3"}).text
    assert kept() == {"all": [{"trait": "written", "op": "eq", "value": "did(purchase) ~ 3"}]}
    assert "did(purchase) ~ 3" in page
    assert "15" in page


def test_what_customers_did_is_asked_with_a_window_and_where(editor):
    line = NewLine("A-1", Decimal(1), Decimal(10), category="显卡")
    create_order(
        source="shop", number="1", customer_id=None, ordered_at=NOON, currency="CNY", lines=[line], by=SYSTEM, at=NOON
    )
    editor.post(URL, {"g.r": "all", "f.r": "fact:purchase"})
    bought = {"fact": "purchase", "measure": "count", "op": "ge", "value": 1, "window": {"last": 90, "unit": "day"}}
    assert kept() == {"all": [bought]}
    fields = {"g.r": "all", "t.r.0": "fact:purchase", "m.r.0": "did", "w.r.0": "last", "n.r.0": "90", "u.r.0": "day"}
    editor.post(URL, fields | {"do": "test:r.0"})
    assert kept()["all"][0]["where"] == [{"property": "category", "op": "in"}]
    fields |= {"x.r.0-0": "category", "y.r.0-0": "in", "z.r.0-0": "显卡"}
    page = editor.post(URL, fields | {"m.r.0": "count", "o.r.0": "ge", "v.r.0": "3"}).text
    where = [{"property": "category", "op": "in", "value": ["显卡"]}]
    assert kept() == {"all": [{**bought, "where": where, "value": 3}]}
    assert 'value="显卡" checked>' in page
    editor.post(URL, fields | {"m.r.0": "sum", "p.r.0": "amount", "o.r.0": "le", "v.r.0": "12.5", "do": "untest:r.0-0"})
    assert kept() == {"all": [bought | {"measure": "sum", "op": "le", "value": 1250, "property": "amount"}]}


def test_edits_are_undone_and_done_again_and_branches_copied_and_moved(editor):
    editor.post(URL, {"g.r": "all", "f.r": "employees"})
    employees = {"trait": "employees", "op": "ge"}
    fields = {"g.r": "all", "t.r.0": "employees", "o.r.0": "ge"}
    editor.post(URL, {**fields, "v.r.0": "20", "do": "copy:r.0"})
    assert kept() == {"all": [employees | {"value": 20}] * 2}
    editor.post(URL, {"do": "undo"})
    assert kept() == {"all": [employees]}
    editor.post(URL, {"do": "undo"})
    assert kept() is None
    editor.post(URL, {"do": "redo"})
    editor.post(URL, {"do": "redo"})
    page = editor.post(URL, {"do": "redo"})
    assert kept() == {"all": [employees | {"value": 20}] * 2}
    assert page.context["steps"] == {"back": True, "ahead": False}
    two = {**fields, "v.r.0": "20", "t.r.1": "tags", "o.r.1": "has_any", "v.r.1": '"a, b"，c', "do": "up:r.1"}
    editor.post(URL, two)
    assert kept()["all"][0] == {"trait": "tags", "op": "has_any", "value": ["a, b", "c"]}


def test_the_rule_is_edited_as_text_and_a_mistake_is_placed(editor):
    page = editor.post(f"{URL}?as=text", {"text": "employees >= 5 and did(purchase, last 2 weeks) >= 3"})
    bought = {"fact": "purchase", "measure": "count", "op": "ge", "value": 3, "window": {"last": 2, "unit": "week"}}
    rule = {"all": [{"trait": "employees", "op": "ge", "value": 5}, bought]}
    assert kept() == rule
    assert "did(purchase, last 2 weeks) &gt;= 3" in page.text
    page = editor.post(f"{URL}?as=text", {"text": "employees >= 5 and\n  employees ~ 3"})
    assert kept() == rule
    assert "employees ~ 3" in page.text
    assert page.context["note"]
    assert "2" in page.context["note"]


def test_an_answer_that_a_newer_edit_overtook_refuses_nobody_and_others_are_told(editor):
    seen = editor.get(URL).context["seen"]
    editor.post(URL, {"g.r": "all", "f.r": "employees", "seen": seen})
    assert editor.post(URL, {"g.r": "all", "f.r": "tags", "seen": seen}).context["note"] == ""
    assert kept() == {"all": [{"trait": "tags", "op": "has_any"}]}
    editor.force_login(make_user("bea", may=[permissions.CHANGE, permissions.VIEW]))
    assert editor.post(URL, {"g.r": "all", "f.r": "name", "seen": seen}).context["note"]
    assert kept() == {"all": [{"trait": "tags", "op": "has_any"}]}


def test_an_edit_that_the_server_comes_to_late_does_not_win_over_a_newer_one(editor):
    seen = editor.get(URL).context["seen"]
    editor.post(URL, {"g.r": "all", "f.r": "tags", "seen": seen, "edit": "1760000000200"})
    late = editor.post(URL, {"g.r": "all", "f.r": "employees", "seen": seen, "edit": "1760000000100"})
    assert late.context["note"]
    assert kept() == {"all": [{"trait": "tags", "op": "has_any"}]}
    for unreadable in ("", "soon", "-1", "9" * 40):  # told as if nothing was said: it is no newer
        assert editor.post(URL, {"g.r": "all", "f.r": "name", "seen": seen, "edit": unreadable}).context["note"]
    assert editor.post(URL, {"g.r": "all", "f.r": "kind", "seen": seen, "edit": "1760000000300"}).context["note"] == ""
    assert kept() == {"all": [{"trait": "kind", "op": "in"}]}


def test_a_few_values_stand_there_to_tick_and_of_many_the_chosen_ones(editor):
    fields = {"g.r": "all", "t.r.0": "kind", "o.r.0": "in", "v.r.0": ["company"]}
    page = editor.post(URL, fields).text
    assert page.count('type="checkbox" id="v.r.0=') == 2
    assert 'name="v.r.0" value="company" checked' in page
    assert 'data-offers="v.r.0.add"' not in page

    install_built_in_schemes()
    city = Scheme.objects.get(key="city")
    for number in range(9):
        CustomerClass.objects.create(scheme=city, key=f"33{number}000", name_zh=f"第{number}市")
    fields = {"g.r": "all", "t.r.0": "city", "o.r.0": "in", "v.r.0": ["331000", ""]}
    page = editor.post(URL, fields).text
    assert kept() == {"all": [{"trait": "city", "op": "in", "value": ["331000"]}]}
    assert page.count('type="checkbox" id="v.r.0=') == 1
    assert 'data-offers="v.r.0.add"' in page  # a search with scripts, a list without
    assert '<option value="332000">' in page
    editor.post(URL, {**fields, "v.r.0": ["331000", "332000"]})
    assert kept()["all"][0]["value"] == ["331000", "332000"]


def test_a_rule_that_is_too_large_is_refused_before_any_page_shows_it(editor):
    for large, words in (
        ({"all": [{"trait": "frequency", "op": "ge", "value": one} for one in range(10_000)]}, "200"),
        (reduce(lambda inner, _: {"not": {"any": [inner]}}, range(60), {"trait": "kind", "op": "eq"}), "20"),
    ):
        document = {"version": 2, "rule": large}
        with pytest.raises(RuleHasProblems, match=words):
            actions.save_draft(key="priority", rules_by_class={"vip": document}, by=SYSTEM, at=NOON)
    assert kept() is None


def test_a_fall_is_asked_in_percent_and_read_out_in_both_languages(editor):
    page = editor.post(URL, {"g.r": "all", "f.r": "trend"}).text
    fell = {
        "fact": "purchase", "measure": "trend", "op": "le", "value": -30, "property": "amount",
        "window": {"last": 90, "unit": "day"},
    }  # fmt: skip
    assert kept() == {"all": [fell]}
    assert '<option value="fell" selected>' in page
    assert 'value="30"' in page
    fields = {
        "g.r": "all", "t.r.0": "fact:purchase", "m.r.0": "trend", "p.r.0": "", "o.r.0": "fell", "v.r.0": "12,5",
        "w.r.0": "calendar", "c.r.0": "month:1", "e.r.0": "year",
    }  # fmt: skip
    editor.post(URL, fields | {"v.r.0": "12.5"})
    asked = {"fact": "purchase", "measure": "trend", "op": "le", "value": "-12.5"}
    assert kept() == {"all": [asked | {"window": {"calendar": "month", "back": 1}, "against": "year"}]}
    document = SchemeVersion.objects.get(scheme__key="priority").rules["vip"]
    assert document["version"] == 3
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = plain_sentence(document, currency="CNY")
    assert said == {
        "zh-hans": "上个月购买的次数比上一年同期下降至少 12.5%",
        "en": "number of times of Purchase, last month against the same days a year earlier, fell by at least 12.5%",
    }
    page = editor.post(URL, fields | {"w.r.0": "ever"}).text
    assert "Give it a start and an end" in page or "有头有尾" in page


def test_a_share_names_its_part(editor):
    editor.post(URL, {"g.r": "all", "f.r": "share"})
    share = {"fact": "purchase", "measure": "share", "op": "ge", "value": 60, "property": "amount"}
    assert kept()["all"][0] == share | {
        "where": [{"property": "category", "op": "in"}], "window": {"last": 90, "unit": "day"}
    }  # fmt: skip
    fields = {"g.r": "all", "t.r.0": "fact:purchase", "m.r.0": "share", "p.r.0": "amount", "o.r.0": "ge", "v.r.0": "60"}
    page = editor.post(URL, fields).text
    assert kept() == {"all": [share]}
    assert "of which part" in page or "哪一部分" in page
    editor.post(
        URL, fields | {"x.r.0-0": "category", "y.r.0-0": "in", "z.r.0-0": "显卡", "w.r.0": "last", "n.r.0": "90"}
    )
    document = SchemeVersion.objects.get(scheme__key="priority").rules["vip"]
    with translation.override("zh-hans"):
        assert plain_sentence(document, currency="CNY") == (
            "近 90 天内购买（商品类别属于 显卡）占全部购买金额的比例不少于 60%"
        )


def test_trend_and_share_are_found_by_what_people_say(editor):
    keys = {one.key: one.keys for _, items in editor.get(URL).context["offers"] for one in items}
    assert all(word in keys["trend"] for word in ("趋势", "下降", "growth"))
    assert all(word in keys["share"] for word in ("占比", "share"))
