"""A type whose classes overlap: customers are in every class whose rule they meet, each with its own interval."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_user
from zhike.classification.approvals.steadiness import set_steadiness
from zhike.classification.assignments.columns import list_scheme_columns
from zhike.classification.assignments.queries import list_held_classes, list_history, list_moves
from zhike.classification.errors import MarginNeedsThresholds, OverlapIsByRules
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.evaluation.at_once import judge_at_once
from zhike.classification.models import Assignment, CustomerClass, Scheme, SchemeVersion
from zhike.classification.rule_language.asking import count_members, list_members
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.schemes import actions, class_actions, queries
from zhike.classification.schemes.previews import try_draft
from zhike.classification.setup_file.actions import apply_setup, export_setup
from zhike.classification.setup_file.errors import SetupWrong
from zhike.classification.testing import buy, buy_ago
from zhike.customers.public import change_customer
from zhike.customers.testing import make_customer
from zhike.engine.public import rule_to_json
from zhike.kit.clock import local_day

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {
    "companies": 'kind = "company"',
    "buyers": "did(purchase, last 30 days) >= 1",
    "steel": 'industry = "steel"',
}


@pytest.fixture
def today():
    return local_day(now(), get_organisation().time_zone)


def make_segments(rules=RULES, key="segments"):
    actions.create_scheme(
        key=key, kind="rule", name_zh="客群", name_en="Segments", overlapping=True, by=SYSTEM, at=now()
    )
    for one in rules:
        class_actions.add_class(scheme_key=key, key=one, name_en=one.title(), by=SYSTEM, at=now())
    put_in_force(rules, key)
    return {one.key: one.id for one in CustomerClass.objects.filter(scheme__key=key)}


def put_in_force(rules, key="segments"):
    documents = {one: read_document(text) for one, text in rules.items()}
    actions.save_draft(key=key, rules_by_class=documents, by=SYSTEM, at=now())
    actions.put_draft_in_force(key=key, by=SYSTEM, at=now())


def read_document(text):
    return rule_to_json(read_rule(text=text))


def classify(**given):
    return run_classification(**given, by=SYSTEM, at=now())


def segments(key="segments"):
    """Return customer name → keys of the classes they are in."""
    found: dict[str, list[str]] = {}
    rows = Assignment.objects.filter(scheme__key=key, valid_to=None).order_by("to_class__position")
    for name, one in rows.values_list("customer__name", "to_class__key"):
        found.setdefault(name, []).append(one)
    return found


def intervals():
    rows = Assignment.objects.filter(scheme__overlapping=True)
    return sorted(rows.values_list("customer_id", "to_class_id", "valid_from"))


def test_a_customer_is_in_every_class_whose_rule_is_met(client, today):
    one = make_customer("One", kind="company", industry="steel")
    make_customer("Two", kind="person")
    three = make_customer("Three", kind="person", industry="steel")
    buy_ago(one, today, {10: 100_00})
    buy_ago(three, today, {40: 100_00})
    ids = make_segments()
    run = classify()
    assert segments() == {"One": ["companies", "buyers", "steel"], "Three": ["steel"]}
    assert run.report["schemes"]["segments"] == {"companies": 1, "buyers": 1, "steel": 2}
    one.listing.refresh_from_db()
    assert set(ids.values()) <= set(one.listing.classes)
    held = [each for each in list_held_classes(customer_id=one.id) if each.scheme.key == "segments"]
    assert [each.held.key for each in held] == ["companies", "buyers", "steel"]
    assert held[1].assignment.evidence
    assert held[1].assignment.rule_version == 1
    assert classify().changed == 0
    client.force_login(make_user("ada"))
    page = client.get(f"/customers/{one.id}/").text
    assert all(f'id="why-segments-{key}"' in page for key in ids)
    current = client.get(f"/api/customers/{one.id}/classes").json()["current"]
    assert [each["key"] for each in current if each["scheme"] == "segments"] == list(ids)
    for address in (
        f"/customers/?class={ids['buyers']}&col=segments",
        "/classes/segments/",
        "/settings/schemes/segments/",
    ):
        assert client.get(address).status_code == 200
    assert "Three" not in client.get(f"/customers/?class={ids['buyers']}").text
    column = next(each for each in list_scheme_columns() if each.key == "segments")
    assert column.export([one.id, three.id]) == {one.id: "companies; buyers; steel", three.id: "steel"}


def test_each_class_has_its_own_history(today):
    one = make_customer("One", kind="company", industry="steel")
    make_segments()
    classify()
    since = Assignment.objects.get(customer=one, to_class__key="steel").valid_from
    change_customer(customer_id=one.id, kind="person", by=SYSTEM, at=now())  # judged at once
    assert segments() == {"One": ["steel"]}
    assert Assignment.objects.get(customer=one, to_class__key="steel").valid_from == since
    change_customer(customer_id=one.id, kind="company", by=SYSTEM, at=now())
    moves = [each for each in list_moves(list_history(customer_id=one.id)) if each.scheme.key == "segments"]
    told = [(each.before and each.before.key, each.to and each.to.key) for each in moves]
    assert sorted(told, key=str) == sorted(
        [(None, "companies"), ("companies", None), (None, "companies"), (None, "steel")], key=str
    )
    assert Assignment.objects.filter(customer=one, to_class__key="companies").count() == 2
    assert classify().changed == 0  # the run agrees with what was judged at once


def test_at_once_a_refresh_and_a_full_run_agree(today):
    people = [make_customer(f"C{place}", kind=random.choice(["person", "company"])) for place in range(12)]
    for one in people[:6]:
        buy_ago(one, today, {random.randint(20, 40): 100_00})
    ids = make_segments()
    make_segments({"both": "class(segments, companies | buyers)"}, "asking")
    classify()
    chance = random.Random(7)
    for _ in range(40):
        one = chance.choice(people)
        if chance.random() < 0.5:
            change_customer(
                customer_id=one.id, kind=chance.choice(["person", "company"]),
                industry=chance.choice(["", "steel", "food"]), by=SYSTEM, at=now(),
            )  # fmt: skip
        else:
            buy(
                one,
                today - timedelta(days=chance.randint(0, 60)),
                chance.choice([50_00, -100_00]),
                hour=chance.randint(0, 9),
            )
    at_once, rows = (segments(), segments("asking")), intervals()
    classify()
    assert ((segments(), segments("asking")), intervals()) == (at_once, rows)
    classify(full=True)
    assert ((segments(), segments("asking")), intervals()) == (at_once, rows)
    either = {name for name, held in at_once[0].items() if {"companies", "buyers"} & set(held)}
    assert set(at_once[1]) == either
    rule = read_rule(
        document={"scheme": queries.get_scheme(key="segments").id, "classes": [ids["companies"], ids["buyers"]]}
    )
    by_name = {each.id: each.name for each in people}
    assert {by_name[each] for each in list_members(rule=rule, at=now())} == either
    assert {by_name[each] for each in list_members(rule=rule, at=now(), engine="postgres")} == either
    assert count_members(rule=rule, as_of=None, sample=3, actor=SYSTEM)["count"] == len(either)


def test_a_rule_that_is_taken_away_empties_its_class_and_the_others_stay(today):
    make_customer("One", kind="company", industry="steel")
    make_segments()
    classify()
    put_in_force({key: RULES[key] for key in ("companies", "buyers")})
    classify()
    assert segments() == {"One": ["companies"]}
    one = CustomerClass.objects.get(key="steel", scheme__key="segments")
    class_actions.retire_class(class_id=one.id, by=SYSTEM, at=now())
    assert classify().changed == 0
    actions.retire_scheme(key="segments", by=SYSTEM, at=now())
    assert segments() == {}
    actions.restore_scheme(key="segments", by=SYSTEM, at=now())
    classify()
    assert segments() == {"One": ["companies"]}


def test_a_past_day_is_judged_as_it_was(today):
    one = make_customer("One", kind="company")
    buy_ago(one, today, {35: 100_00, 2: 100_00})
    make_segments()
    classify()
    assert segments() == {"One": ["companies", "buyers"]}
    classify(as_of=today - timedelta(days=4))
    assert segments() == {"One": ["companies"]}
    classify()
    assert segments() == {"One": ["companies", "buyers"]}


def test_the_preview_counts_each_class_and_says_who_moves(today):
    make_customer("One", kind="company", industry="steel")
    make_customer("Two", kind="company")
    make_segments()
    classify()
    found = try_draft(
        key="segments", parameters=None, rules_by_class={"steel": read_document('kind = "company"')}, as_of=None
    )
    assert [(one.key, then, then_now) for one, then, then_now in found.rows] == [
        ("companies", 2, 2), ("buyers", 0, 0), ("steel", 2, 1)
    ]  # fmt: skip
    assert [(each.before, each.after.key, each.count) for each in found.moves] == [(None, "steel", 1)]
    assert (found.customers, found.overlapping, found.outside) == (2, True, 0)


def test_what_needs_one_class_at_a_time_is_refused_and_changes_nothing(today):
    make_customer("One", kind="company")
    make_segments()
    classify()
    before = list(Assignment.objects.values_list())
    with pytest.raises(MarginNeedsThresholds):
        set_steadiness(key="segments", leave_percent=3, by=SYSTEM, at=now())
    with pytest.raises(OverlapIsByRules):
        actions.create_scheme(key="list", kind="hand", name_en="List", overlapping=True, by=SYSTEM, at=now())
    assert list(Assignment.objects.values_list()) == before


def test_the_database_keeps_one_open_row_per_class(today):
    one = make_customer("One", kind="company")
    ids = make_segments()
    classify()
    held = Assignment.objects.get(customer=one, to_class_id=ids["companies"])
    keys = {"scheme_id": held.scheme_id, "to_class_id": ids["companies"], "apart": True, "rule_version": 1, "source": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(customer=one, valid_from=now(), **keys)
    days = timedelta(days=1)
    gone = {**keys, "valid_from": held.valid_from - 3 * days, "valid_to": held.valid_from - 2 * days}
    Assignment.objects.create(customer=one, **gone)
    Assignment.objects.create(customer=one, **{**gone, "to_class_id": ids["buyers"]})  # beside it in another class
    with pytest.raises(IntegrityError), transaction.atomic():  # inside the time that another row covers
        Assignment.objects.create(customer=one, **{**gone, "valid_from": held.valid_from - 2.5 * days})
    with pytest.raises(IntegrityError), transaction.atomic():  # open before the end of one that is over
        Assignment.objects.filter(customer=one, to_class_id=ids["companies"], valid_to=None).update(
            valid_from=held.valid_from - 2.5 * days
        )


def test_fifty_writers_leave_one_open_row_per_class(today):
    one = make_customer("One", kind="company", industry="steel")
    make_segments()
    classify()

    def write(place):
        try:
            change_customer(customer_id=one.id, kind="person" if place % 2 else "company", by=SYSTEM, at=now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(50)))
    judge_at_once(customer_ids=[one.id], at=now())
    one.refresh_from_db()
    wanted = ["companies", "steel"] if one.kind == "company" else ["steel"]
    assert segments() == {"One": wanted}


def test_the_set_up_file_says_that_classes_overlap():
    make_segments()
    text = export_setup()
    found = json.loads(text)["schemes"]["segments"]
    assert found["overlapping"] is True
    assert apply_setup(text=text, by=SYSTEM, at=now()).count == 0
    CustomerClass.objects.filter(scheme__key="segments").delete()
    SchemeVersion.objects.filter(scheme__key="segments").delete()
    Scheme.objects.filter(key="segments").delete()
    apply_setup(text=text, by=SYSTEM, at=now())
    assert Scheme.objects.get(key="segments").overlapping
    changed = text.replace('"overlapping": true', '"overlapping": false')
    with pytest.raises(SetupWrong):
        apply_setup(text=changed, by=SYSTEM, at=now())
    assert Scheme.objects.get(key="segments").overlapping
