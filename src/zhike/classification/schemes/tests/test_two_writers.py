"""Two people edit one management type: the second sees what the first changed and loses nothing typed."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification import permissions
from zhike.classification.errors import DraftChanged
from zhike.classification.models import CustomerClass, SchemeVersion
from zhike.classification.schemes import actions, class_actions
from zhike.classification.schemes.merging import LeafChange, find_leaf_changes, merge_rules

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
VIP, NEW = "/settings/schemes/priority/rules/vip/", "/settings/schemes/priority/rules/new/"
SPENT = {"g.r": "all", "t.r.0": "monetary", "o.r.0": "ge", "v.r.0": "1000"}
A, B, C, D = ({"trait": name, "op": "ge", "value": 1} for name in ("monetary", "frequency", "employees", "clv"))
A2 = {**A, "value": 2}


@pytest.fixture
def two(db):
    actions.create_scheme(key="priority", kind="rule", name_en="Priority", by=SYSTEM, at=NOON)
    for key, name in (("vip", "VIP"), ("new", "New")):
        class_actions.add_class(scheme_key="priority", key=key, name_en=name, by=SYSTEM, at=NOON)
    clients = []
    for name in ("li", "ana"):
        clients.append(client := Client(headers={"Accept-Language": "en"}))
        client.force_login(make_user(name, may=[permissions.CHANGE, permissions.VIEW]))
    clients[0].post(VIP, SPENT)
    return clients


def begun(client, url=VIP):
    page = client.get(url)
    return {"seen": page.context["seen"], "base": page.context["base"]}


def kept(key="vip"):
    return SchemeVersion.objects.get(scheme__key="priority").rules[key]["rule"]


def hidden(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', unescape(page.text)))


def test_the_second_sees_both_rules_and_what_each_changed_and_nothing_is_written_over(two):
    li, ana = two
    mine = {**begun(ana), **SPENT, "t.r.1": "employees", "o.r.1": "ge", "v.r.1": "50"}
    theirs = {**begun(li), **SPENT, "v.r.0": "2000"}
    li.post(VIP, theirs)
    page = ana.post(VIP, mine)
    meeting = page.context["meeting"]
    assert meeting.who == "Li"
    assert [(one.label, "1,000" in one.before, "2,000" in one.after) for one in meeting.theirs.changes] == [
        ("altered", True, True)
    ]
    assert [(one.label, one.before, "50" in one.after) for one in meeting.mine.changes] == [("added", "", True)]
    assert "2,000" in meeting.theirs.sentence
    assert "1,000" in meeting.mine.sentence
    assert kept()["all"] == [{"trait": "monetary", "op": "ge", "value": 200_000}]

    again = ana.post(VIP, {**hidden(page), "do": "keep:both"})
    assert again.context["meeting"] is None
    assert kept()["all"] == [
        {"trait": "monetary", "op": "ge", "value": 200_000},
        {"trait": "employees", "op": "ge", "value": 50},
    ]


def test_mine_or_theirs_and_undo_brings_back_what_was_typed(two):
    li, ana = two
    mine = {**begun(ana), **SPENT, "v.r.0": "3000"}
    li.post(VIP, {**begun(li), **SPENT, "v.r.0": "2000"})
    page = ana.post(VIP, mine)
    ana.get(VIP)
    assert kept()["all"][0]["value"] == 200_000  # theirs
    ana.post(VIP, {**begun(ana), "do": "undo"})
    assert kept()["all"][0]["value"] == 300_000
    ana.post(VIP, {**begun(ana), **SPENT, "v.r.0": "2000"})
    ana.post(VIP, {**hidden(page), "do": "keep:mine", "seen": begun(ana)["seen"]})
    assert kept()["all"][0]["value"] == 300_000


def test_a_choice_is_asked_again_when_the_first_saved_again_meanwhile(two):
    li, ana = two
    mine = {**begun(ana), **SPENT, "v.r.0": "3000"}
    li.post(VIP, {**begun(li), **SPENT, "v.r.0": "2000"})
    page = ana.post(VIP, mine)
    li.post(VIP, {**begun(li), **SPENT, "v.r.0": "2500"})
    again = ana.post(VIP, {**hidden(page), "do": "keep:mine"})
    assert "2,500" in again.context["meeting"].theirs.sentence
    assert kept()["all"][0]["value"] == 250_000


def test_a_change_elsewhere_is_told_and_both_are_kept(two):
    li, ana = two
    mine = {**begun(ana), **SPENT, "v.r.0": "3000"}
    li.post(NEW, {**begun(li, NEW), **SPENT})
    new = CustomerClass.objects.get(key="new")
    by = {"by": SYSTEM, "at": NOON}
    class_actions.change_class(class_id=new.id, name_zh="", name_en="Fresh", hue="teal", **by)
    page = ana.post(VIP, mine)
    meeting = page.context["meeting"]
    assert meeting.mine is None
    assert [one.label for one in meeting.others] == ["name", "colour of “Fresh”", "rule of “Fresh”"]
    assert (kept()["all"][0]["value"], kept("new")["all"][0]["value"]) == (300_000, 100_000)


def test_names_and_colours_keep_what_each_changed_and_what_both_changed_is_asked(two):
    li, ana = two
    vip = CustomerClass.objects.get(key="vip")
    url = f"/settings/schemes/priority/classes/{vip.id}/"
    bases = [client.get(url).context["base"] for client in two]
    given = {"name_zh": "", "name_en": "VIP", "hue": "plain", "meaning_zh": "", "meaning_en": ""}
    assert li.post(url, {**given, "hue": "teal", "name_en": "Best", "base": bases[0]}).status_code == 302
    asked = ana.post(url, {**given, "meaning_en": "Ours", "name_en": "Top", "base": bases[1]})
    assert asked.status_code == 422
    assert list(asked.context["form"].errors) == ["name_en"]
    assert asked.context["form"].errors["name_en"] == ["Li has set this to Best in the meantime."]
    vip.refresh_from_db()
    assert (vip.name_en, vip.hue, vip.meaning_en) == ("Best", "teal", "")
    again = {**given, "meaning_en": "Ours", "name_en": "Top", "hue": "teal", "base": asked.context["base"]}
    assert ana.post(url, again).status_code == 302
    vip.refresh_from_db()
    assert (vip.name_en, vip.hue, vip.meaning_en) == ("Top", "teal", "Ours")

    names = "/settings/schemes/priority/settings/"
    bases = [client.get(names).context["base"] for client in two]
    said = {"name_zh": "", "name_en": "Priority", "meaning_zh": "", "meaning_en": "", "owner": ""}
    assert li.post(names, {**said, "name_zh": "优先级", "base": bases[0]}).status_code == 302
    assert ana.post(names, {**said, "meaning_en": "Whom first", "base": bases[1]}).status_code == 302
    vip.scheme.refresh_from_db()
    assert (vip.scheme.name_zh, vip.scheme.meaning_en) == ("优先级", "Whom first")
    again = ana.post(names, {**said, "name_zh": "优先", "base": bases[1]})
    assert again.context["form"].errors["name_zh"] == ["Li has set this to 优先级 in the meantime."]


def test_who_changed_a_draft_is_named(two):
    li, _ = two
    with pytest.raises(DraftChanged, match=r"^Li 刚改过这份草稿"):
        actions.save_draft(key="priority", parameters={}, seen="x", by=SYSTEM, at=NOON)
    li.post("/settings/schemes/priority/discard/")
    with pytest.raises(DraftChanged, match=r"^Li 刚改过这份草稿"):
        actions.save_draft(key="priority", parameters={}, seen="x", by=SYSTEM, at=NOON)


def test_of_three_rules_one_is_made():
    base = {"all": [A, B, C]}
    assert merge_rules(base, {"all": [A2, B, C]}, {"all": [A, B, D]}) == {"all": [A2, B, D]}
    assert merge_rules(base, {"all": [A, B]}, {"any": [A, B, C]}) == {"any": [A, B]}
    assert merge_rules(base, {"all": [A, B, C, D]}, {"all": [B, C]}) == {"all": [B, C, D]}
    inner = {"all": [A, {"any": [B, C]}]}
    theirs = {"all": [A, {"any": [B, C, D]}]}
    assert merge_rules(inner, {"all": [A2, {"any": [B]}]}, theirs) == {"all": [A2, {"any": [B, D]}]}
    assert merge_rules(base, base, {"all": []}) == {"all": []}
    assert merge_rules(base, {"all": []}, base) == {"all": []}


def test_conditions_about_the_same_stand_side_by_side():
    found = find_leaf_changes({"all": [A, B]}, {"all": [A2, {"any": [C]}]})
    assert found == [LeafChange(A, A2), LeafChange(B, None), LeafChange(None, C)]
