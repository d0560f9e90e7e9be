"""Who moved down and who is about to leave: of whom one may know, the dearest first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.http import QueryDict
from django.utils.timezone import now

from zhike.accounts.public import get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.models import Assignment, ClassifyRun, CustomerClass
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.workbench.panels import load_falling, load_moves
from zhike.classification.workbench.rules import worse_than
from zhike.customers.testing import make_customer
from zhike.kit.clock import local_day
from zhike.ui.public import list_steps

pytestmark = pytest.mark.django_db
Listing = apps.get_model("customers", "Listing")
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def today() -> date:
    return local_day(now(), get_organisation().time_zone)


def class_of(scheme: str, key: str) -> CustomerClass:
    return CustomerClass.objects.get(scheme__key=scheme, key=key)


def move(customer, scheme, path, *, days_ago):
    """Let a customer go through the classes of a path; the last change was that many days ago."""
    at = now() - timedelta(days=days_ago)
    held = [class_of(scheme, key) for key in path]
    starts = [LONG_AGO, at] if len(path) == 2 else [at]
    for place, (one, start) in enumerate(zip(held, starts, strict=True)):
        end = starts[place + 1] if place + 1 < len(starts) else None
        Assignment.objects.create(
            customer=customer, scheme=one.scheme, to_class=one, valid_from=start, valid_to=end, rule_version=1, source=2
        )
    listed = Listing.objects.get(customer=customer)
    listed.classes = sorted([*listed.classes, held[-1].id])
    listed.save()


def listed(customer, *, value, idle):
    day = today() - timedelta(days=idle)
    Listing.objects.filter(customer=customer).update(value=value, last_purchase=day)


@pytest.fixture
def firm():
    install_built_in_schemes()
    ClassifyRun.objects.create(as_of=today(), status="done", judged_at=now())
    people = {login: make_user(login) for login in ("ana", "li", "max")}
    made = {
        name: make_customer(name, owner=people[login])
        for name, login in (
            ("Lost", "ana"), ("Lower", "li"), ("Higher", "ana"), ("Long lost", "ana"), ("At risk", "ana"),
            ("Other team", "max"), ("New", "ana"),
        )
    }  # fmt: skip
    move(made["Lost"], "lifecycle", ["at_risk", "lost"], days_ago=2)
    move(made["Lower"], "value_tier", ["A", "C"], days_ago=3)
    move(made["Higher"], "value_tier", ["C", "A"], days_ago=1)
    move(made["Long lost"], "lifecycle", ["repeat", "lost"], days_ago=20)
    move(made["At risk"], "lifecycle", ["loyal", "at_risk"], days_ago=50)
    move(made["Other team"], "lifecycle", ["loyal", "at_risk"], days_ago=1)
    move(made["New"], "lifecycle", ["first_purchase"], days_ago=1)
    for number, (name, customer) in enumerate(made.items(), 1):
        listed(customer, value=number * 100, idle={"Lost": 181, "At risk": 170}.get(name, 100))
    return made


def names(rows):
    return [row.name for row in rows]


@pytest.mark.parametrize(
    ("login", "days", "fallen", "leaving"),
    [
        ("ana", 7, ["Lost"], ["At risk"]),
        ("ana", 30, ["Long lost", "Lost"], ["At risk"]),
        ("li", 7, ["Lower", "Lost"], ["At risk"]),
        ("vic", 7, ["Lower", "Lost"], ["At risk"]),
        ("ada", 7, ["Other team", "Lower", "Lost"], ["At risk"]),
        ("max", 7, ["Other team"], []),
    ],
)
def test_everyone_sees_their_own_the_dearest_first(firm, login, days, fallen, leaving):
    panel = load_falling(make_cast_actor(login), days)
    assert names(panel["fallen_rows"]) == fallen
    assert names(panel["leaving_rows"]) == leaving
    assert panel["fallen"].count == len(fallen)


def test_a_row_says_from_what_to_what_and_why_now(firm):
    panel = load_falling(make_cast_actor("li"), 7)
    moves = [[(before.key, after.key) for before, after in row.moves] for row in panel["fallen_rows"]]
    assert moves == [[("A", "C")], [("at_risk", "lost")]]
    assert (panel["fallen"].value, panel["leaving"].value, panel["leaving"].count) == (300, 500, 1)
    assert [row.tone for row in panel["fallen_rows"]] == ["warn", "bad"]
    assert panel["leaving_rows"][0].why == "170 天没买 · 近 365 天净额 ¥5"
    assert (panel["leaving_rows"][0].due, panel["leaving_rows"][0].due_note) == ("还剩 11 天", "之后算流失")


def test_nobody_in_trouble_shows_nothing():
    install_built_in_schemes()
    assert load_falling(make_cast_actor("ada"), 7) is None
    assert load_moves(make_cast_actor("ada"), 7) is None


def test_archived_customers_call_for_nobody(firm):
    Listing.objects.filter(customer__in=[firm["Lost"], firm["At risk"]]).update(archived=True)
    assert load_falling(make_cast_actor("ana"), 7) is None


def test_stages_that_changed_are_counted(firm):
    flows = load_moves(make_cast_actor("ana"), 30)["flows"]
    assert {(one.before.key, one.after.key, one.count) for one in flows} == {
        ("at_risk", "lost", 1),
        ("repeat", "lost", 1),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("fell=7", ["Lost", "Lower", "Other team"]),
        ("fell=30", ["Long lost", "Lost", "Lower", "Other team"]),
        ("fell=7&fell=30", ["Long lost", "Lost", "Lower", "Other team"]),
        ("fell=8", []),
        ("fell=x", []),
    ],
)
def test_the_list_can_be_narrowed_to_them(firm, client, query, found):
    client.force_login(make_user("ada"))
    page = client.get(f"/customers/?{query}&sort=name")
    assert sorted(line.name for line in page.context["lines"]) == found
    assert QueryDict(query)["fell"] in page.text


def test_the_workbench_leads_to_records_and_lists(firm, client):
    client.force_login(make_user("ana"))
    page = client.get("/?days=30").text
    assert f'href="/customers/{firm["Lost"].id}/"' in page
    assert f'href="/customers/?class={class_of("lifecycle", "at_risk").id}"' in page
    assert "Other team" not in page


def test_what_is_worse():
    assert worse_than("value_tier", ["A", "B", "C"]) == {"B": ["A"], "C": ["A", "B"]}
    assert worse_than("lifecycle", ["prospect", "loyal", "at_risk", "lost", "won_back"]) == {
        "at_risk": ["loyal", "won_back"],
        "lost": ["loyal", "at_risk", "won_back"],
    }
    assert worse_than("hand", ["vip", "none"]) == {}


def test_looking_at_the_classes_ticks_that_step(firm, client):
    def ticks():
        return {one.item.key: one.done for one in list_steps(actor=make_cast_actor("ana"))}

    client.force_login(make_user("ana"))
    assert ticks()["classes"] is False
    client.get("/classes/")
    client.get("/classes/")
    assert ticks()["classes"] is True
    assert "threshold" not in ticks()
