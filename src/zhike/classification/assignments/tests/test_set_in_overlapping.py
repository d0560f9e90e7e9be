"""Classes set by hand in a type whose classes overlap: put into one, kept out of another, until it ends."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.assignments.kept_out import list_kept_out
from zhike.classification.assignments.leaving import leave_classes
from zhike.classification.assignments.overrides import end_due_overrides, remove_override, set_override
from zhike.classification.errors import (
    EndInPast,
    KeepsOutOfOne,
    NoOverride,
    NoSuchClass,
    ReasonMissing,
    WhichClass,
)
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.evaluation.at_once import judge_at_once
from zhike.classification.models import Assignment, ClassOverride, CustomerClass, PendingMove
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.schemes import actions, class_actions
from zhike.classification.schemes.previews import try_draft
from zhike.classification.testing import make_rule_scheme
from zhike.customers.public import change_customer
from zhike.customers.testing import make_customer
from zhike.engine.public import rule_to_json
from zhike.kit.clock import local_day
from zhike.kit.errors import NotFound

RULES = {"companies": 'kind = "company"', "steel": 'industry = "steel"', "never": 'industry = "nothing"'}
Left, Source, Ended = Assignment.Left, Assignment.Source, ClassOverride.Ended


@pytest.fixture
def ids():
    """A type of three classes in force; class key → id."""
    nodes = {one: rule_to_json(read_rule(text=text))["rule"] for one, text in RULES.items()}
    make_rule_scheme("segments", nodes, overlapping=True, name_zh="客群")
    return {one.key: one.id for one in CustomerClass.objects.filter(scheme__key="segments")}


def classify(**given):
    return run_classification(**given, by=SYSTEM, at=now())


def put(customer, class_id, **more):
    given = {"reason": "Agreed with the board", "by": SYSTEM, "at": now()} | more
    return set_override(customer_id=customer.id, scheme_key="segments", class_id=class_id, **given)


def take_off(customer, class_id):
    remove_override(customer_id=customer.id, scheme_key="segments", class_id=class_id, by=SYSTEM, at=now())


def held(customer):
    rows = Assignment.objects.filter(customer=customer, scheme__key="segments", valid_to=None)
    return {one.to_class.key: Source(one.source).name for one in rows.select_related("to_class")}


def history(customer, class_id):
    rows = Assignment.objects.filter(customer=customer, to_class_id=class_id).order_by("valid_from")
    return [(Source(one.source).name, Left(one.left).name if one.left else None) for one in rows]


def waiting(customer):
    return {one.track: one.to_class_id for one in PendingMove.objects.filter(customer=customer)}


@pytest.mark.django_db(transaction=True)
def test_put_in_and_kept_out_stand_above_the_rules_which_go_on_beside_them_and_come_back(ids):
    one = make_customer("One", kind="company", industry="food")
    classify()
    ana = make_cast_actor("ana", scope="all")
    put(one, ids["steel"], by=ana, ends_at=now() + timedelta(days=30))
    put(one, ids["companies"], kept_out=True, by=ana)
    assert held(one) == {"steel": "OVERRIDE"}
    assert waiting(one) == {-ids["steel"]: None, -ids["companies"]: ids["companies"]}
    one.listing.refresh_from_db()
    assert ids["steel"] in one.listing.classes
    assert ids["companies"] not in one.listing.classes
    change_customer(customer_id=one.id, industry="steel", by=SYSTEM, at=now())  # the rules are judged on, at once
    assert (held(one), waiting(one)) == ({"steel": "OVERRIDE"}, {-ids["companies"]: ids["companies"]})
    change_customer(customer_id=one.id, industry="wood", kind="person", by=SYSTEM, at=now())
    assert (held(one), waiting(one)) == ({"steel": "OVERRIDE"}, {-ids["steel"]: None})
    change_customer(customer_id=one.id, kind="company", by=SYSTEM, at=now())
    classify(full=True)  # and by runs
    assert held(one) == {"steel": "OVERRIDE"}
    assert waiting(one) == {-ids["steel"]: None, -ids["companies"]: ids["companies"]}
    assert end_due_overrides(at=now()) == 0
    assert end_due_overrides(at=now() + timedelta(days=31)) == 1
    take_off(one, ids["companies"])
    assert (held(one), waiting(one)) == ({"companies": "RULE"}, {})
    assert classify(full=True).changed == 0
    assert history(one, ids["steel"]) == [("OVERRIDE", "OVERRIDE_ENDED")]
    assert history(one, ids["companies"]) == [("RULE", "KEPT_OUT"), ("RULE", None)]
    change_customer(customer_id=one.id, kind="person", by=SYSTEM, at=now())
    assert history(one, ids["companies"])[1] == ("RULE", "RULE")  # by its rule is another reason than by hand
    assert [one.ended_cause for one in ClassOverride.objects.order_by("id")] == [Ended.TIME, Ended.REMOVED]
    assert len(recorded("ClassOverridden")) == len(recorded("ClassKeptOut")) == 1
    facts = [(one["class_id"], one["cause"]) for _, one in recorded("OverrideEnded")]
    assert sorted(facts) == sorted([(ids["steel"], "time"), (ids["companies"], "removed")])


@pytest.mark.django_db
def test_each_class_has_its_own_and_only_the_same_one_is_replaced(ids):
    one = make_customer("One")
    put(one, ids["steel"])
    put(one, ids["companies"])
    put(one, ids["steel"], kept_out=True)
    assert held(one) == {"companies": "OVERRIDE"}
    assert history(one, ids["steel"]) == [("OVERRIDE", "KEPT_OUT")]
    put(one, ids["steel"])
    assert held(one) == {"companies": "OVERRIDE", "steel": "OVERRIDE"}
    assert ClassOverride.objects.filter(ended_cause=Ended.REPLACED).count() == 2
    take_off(one, ids["steel"])
    assert held(one) == {"companies": "OVERRIDE"}
    with pytest.raises(NoOverride):
        take_off(one, ids["steel"])
    held_one = ClassOverride.objects.get(ended_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database refuses a second one of a class
        ClassOverride.objects.create(
            customer=one, scheme=held_one.scheme, to_class=held_one.to_class, apart=True, kept_out=True, reason="x"
        )


@pytest.mark.django_db
def test_what_is_wrong_is_refused_and_changes_nothing(ids):
    one = make_customer("One", owner=make_user("ana"))
    put(one, ids["steel"])
    before = (list(Assignment.objects.values_list()), list(ClassOverride.objects.values_list()))
    with pytest.raises(ReasonMissing):
        put(one, ids["steel"], reason=" ", kept_out=True)
    with pytest.raises(EndInPast):
        put(one, ids["steel"], kept_out=True, ends_at=now() - timedelta(seconds=1))
    with pytest.raises(NoSuchClass):
        put(one, 10**9, kept_out=True)
    with pytest.raises(NotFound):
        put(one, ids["steel"], kept_out=True, by=make_cast_actor("max"))
    with pytest.raises(WhichClass):
        take_off(one, None)
    actions.create_scheme(key="standing", kind="hand", name_en="Standing", by=SYSTEM, at=now())
    first = class_actions.add_class(scheme_key="standing", key="first", name_en="First", by=SYSTEM, at=now())
    with pytest.raises(KeepsOutOfOne):
        set_override(
            customer_id=one.id, scheme_key="standing", class_id=first.id, reason="x", kept_out=True, by=SYSTEM, at=now()
        )
    assert (list(Assignment.objects.values_list()), list(ClassOverride.objects.values_list())) == before


@pytest.mark.django_db
def test_merge_erasure_and_retirement_end_it_with_reasons_of_their_own(ids):
    merged, erased, other = make_customer("Merged"), make_customer("Erased"), make_customer("Other")
    for one in (merged, erased, other):
        put(one, ids["steel"])
        put(one, ids["never"], kept_out=True)
    later = now() + timedelta(minutes=1)
    leave_classes(customer_ids=[merged.id], merged=True, by=SYSTEM, at=later)
    leave_classes(customer_ids=[erased.id], merged=False, by=SYSTEM, at=later)
    class_actions.retire_class(class_id=ids["never"], by=SYSTEM, at=later)
    assert [list_kept_out(customer_id=one.id)[0].override.ended_cause for one in (merged, erased, other)] == [
        Ended.MERGED, Ended.MERGED, Ended.CLASS_RETIRED
    ]  # fmt: skip
    assert list_kept_out(customer_id=erased.id)[0].override.reason == ""
    actions.retire_scheme(key="segments", by=SYSTEM, at=later)
    found = [history(one, ids["steel"]) for one in (merged, erased, other)]
    assert found == [[("OVERRIDE", "MERGED")], [("OVERRIDE", "ERASED")], [("OVERRIDE", "RETIRED")]]
    assert not ClassOverride.objects.filter(ended_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_rules_of_others_previews_and_past_days_go_by_what_the_rules_say(ids):
    one, two = make_customer("One", kind="company"), make_customer("Two", kind="person", industry="steel")
    actions.create_scheme(key="asking", kind="rule", name_en="Asking", by=SYSTEM, at=now())
    class_actions.add_class(scheme_key="asking", key="both", name_en="Both", by=SYSTEM, at=now())
    rule = rule_to_json(read_rule(text="class(segments, companies | steel)"))
    actions.save_draft(key="asking", rules_by_class={"both": rule}, by=SYSTEM, at=now())
    actions.put_draft_in_force(key="asking", by=SYSTEM, at=now())
    classify()
    put(one, ids["companies"], kept_out=True)
    put(one, ids["steel"])
    put(two, ids["steel"], kept_out=True)
    assert classify().changed == 0
    asking = Assignment.objects.filter(scheme__key="asking", valid_to=None)
    assert {each.customer_id for each in asking} == {one.id, two.id}
    found = try_draft(key="segments", parameters=None, rules_by_class={}, as_of=None)
    assert [(each.key, then) for each, then, _now in found.rows] == [("companies", 1), ("steel", 1), ("never", 0)]
    rows = list(Assignment.objects.filter(scheme__key="segments").order_by("customer_id", "track").values_list())
    today = local_day(now(), get_organisation().time_zone)
    for day in (today - timedelta(days=4), today):  # what a person set since is left alone
        classify(as_of=day)
        found_rows = Assignment.objects.filter(scheme__key="segments").order_by("customer_id", "track")
        assert list(found_rows.values_list()) == rows


@pytest.mark.django_db(transaction=True)
def test_random_changes_and_words_of_people_give_what_a_full_run_gives(ids):
    people = [make_customer(f"C{place}", kind="company") for place in range(8)]
    classify()
    chance = random.Random(11)
    said = {}  # what people said last: (customer, class) → put in, kept out
    for _ in range(30):
        one, key = chance.choice(people), chance.choice(list(ids))
        match chance.randrange(4):
            case 0:
                put(one, ids[key], kept_out=(out := chance.random() < 0.5))
                said[one.id, key] = not out
            case 1 if (one.id, key) in said:
                take_off(one, ids[key])
                del said[one.id, key]
            case _:
                kind, industry = chance.choice(["person", "company"]), chance.choice(["", "steel", "nothing"])
                change_customer(customer_id=one.id, kind=kind, industry=industry, by=SYSTEM, at=now())
    wanted = {}
    for one in people:
        one.refresh_from_db()
        ruled = {"companies": one.kind == "company", "steel": one.industry == "steel"}
        ruled["never"] = one.industry == "nothing"
        wanted[one.id] = {key for key in ids if said.get((one.id, key), ruled[key])}
    assert {one.id: set(held(one)) for one in people} == wanted
    rows = sorted(Assignment.objects.values_list("customer_id", "track", "valid_from", "valid_to"), key=str)
    for full in (False, True):
        assert classify(full=full).changed == 0
        now_rows = Assignment.objects.values_list("customer_id", "track", "valid_from", "valid_to")
        assert sorted(now_rows, key=str) == rows


@pytest.mark.django_db(transaction=True)
def test_fifty_people_at_once_leave_one_open_row_per_class(ids):
    one = make_customer("One", kind="company", industry="steel")
    classify()

    def write(place):
        try:
            match place % 5:
                case 0:
                    change_customer(customer_id=one.id, kind="person" if place % 2 else "company", by=SYSTEM, at=now())
                case 1:
                    end_due_overrides(at=now() + timedelta(days=2))
                case 2:
                    put(one, ids["never"], ends_at=now() + timedelta(days=1))
                case _:
                    put(one, ids["steel"], kept_out=place % 5 == 3)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(50)))
    put(one, ids["steel"], kept_out=True)
    end_due_overrides(at=now() + timedelta(days=2))
    judge_at_once(customer_ids=[one.id], at=now())
    one.refresh_from_db()
    assert held(one) == ({"companies": "RULE"} if one.kind == "company" else {})
    assert ClassOverride.objects.filter(ended_at=None).count() == 1


@pytest.fixture
def customer():
    return make_customer("One", kind="company", owner=make_user("ana"))


@pytest.mark.django_db
@pytest.mark.parametrize(("login", "status"), [("ana", 302), ("ada", 302), ("vic", 403), ("max", 404)])
def test_the_page_asks_who_may(client, customer, ids, login, status):
    client.force_login(make_user(login))
    for sent in ({"class_id": ids["steel"]}, {"class_id": ids["never"], "kept_out": "1"}):
        answer = client.post(f"/customers/{customer.id}/classes/segments/", sent | {"reason": "Agreed"})
        assert answer.status_code == status
    assert ClassOverride.objects.count() == (2 if status == 302 else 0)


@pytest.mark.django_db
def test_the_customer_page_shows_what_was_set_why_and_what_the_rules_say(client, customer, ids):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ana"))
    where = f"/customers/{customer.id}/"
    assert "Put into" in client.get(where).text  # who is in no class can be put into one
    judge = {"customer_id": customer.id, "scheme_id": CustomerClass.objects.get(id=ids["companies"]).scheme_id}
    Assignment.objects.create(
        to_class_id=ids["companies"], apart=True, valid_from=now(), rule_version=1, source=1, **judge
    )
    client.post(f"{where}classes/segments/", {"class_id": ids["steel"], "reason": "Builds <mills>"})
    sent = {"class_id": ids["companies"], "kept_out": "1", "reason": "A holding only", "ends_on": "2099-03-01"}
    client.post(f"{where}classes/segments/", sent)
    page = client.get(where).text
    for text in (
        "Builds &lt;mills&gt;", "Kept out by hand", "until 1 Mar 2099", "A holding only", "kept out: Companies",
        "comes back when what was set by hand ends", "kept out of",
    ):  # fmt: skip
        assert text in page, text
    assert client.post(f"{where}classes/segments/end/", {"class_id": ids["companies"]}).status_code == 302
    page = client.get(where).text
    assert "kept out: Companies" not in page
    assert "A holding only" in page  # the history keeps it
    assert "Taken off by hand" in page
    assert held(customer) == {"companies": "RULE", "steel": "OVERRIDE"}


@pytest.mark.django_db
def test_over_the_api_now_and_then(client, customer, ids):
    client.force_login(make_user("ana"))
    where = f"/api/customers/{customer.id}/classes"

    def send(**sent):
        sent = {"class_id": ids["steel"], "reason": "Agreed"} | sent
        return client.post(f"{where}/segments/override", sent, content_type="application/json")

    before = now()
    assert send(kept_out=True).status_code == 200
    found = send(class_id=ids["companies"]).json()
    (kept,) = found["kept_out"]
    told = {name: kept[name] for name in ("scheme", "key", "reason", "until", "ended", "rule_met")}
    assert told == {
        "scheme": "segments", "key": "steel", "reason": "Agreed", "until": None, "ended": None, "rule_met": False
    }  # fmt: skip
    (current,) = found["current"]
    says = {"class_id": None, "key": None, "cause": "override", "due_at": None}
    assert (current["key"], current["source"], current["rule_says"]) == ("companies", "override", says)
    then = now()
    assert client.delete(f"{where}/segments/override").status_code == 422
    assert client.delete(f"{where}/segments/override?class_id={ids['steel']}").status_code == 200
    assert client.delete(f"{where}/segments/override?class_id={ids['steel']}").status_code == 404
    (kept,) = client.get(where).json()["kept_out"]
    assert (kept["ended"], kept["until"] is None) == ("removed", False)
    for at, classes, kept_out in ((before, [], []), (then, ["companies"], ["steel"]), (now(), ["companies"], [])):
        was = client.get(f"{where}/at", {"at": at.isoformat()}).json()
        assert ([one["key"] for one in was["classes"]], [one["key"] for one in was["kept_out"]]) == (classes, kept_out)
    client.force_login(make_user("max"))
    assert send(kept_out=True).status_code == 404
