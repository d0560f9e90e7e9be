"""From “what would this draft do” to the page that answers, and what ends a simulation on the way."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.errors import DayInFuture, NotPreviewable, RuleHasProblems
from zhike.classification.evaluation.actions import database_url
from zhike.classification.models import Assignment, Scheme, SchemeVersion, Simulation
from zhike.classification.policies.actions import set_policy
from zhike.classification.schemes import actions as schemes
from zhike.classification.schemes import class_actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.simulation import actions, running
from zhike.classification.simulation.errors import MonthsWrong, NoSuchVersion, SimulationGoesOn, SimulationIsOver
from zhike.classification.testing import buy_ago, class_keys, classify_as_of
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db(transaction=True)
PURCHASES = {"fresh": 10, "seventy": 70, "hundred": 100, "gone": 300}


@pytest.fixture
def today():
    return localdate() - timedelta(days=1)


@pytest.fixture
def shop(today):
    """Four customers with one purchase each, classified; a draft of the lifecycle that warns earlier."""
    for name, days in PURCHASES.items():
        buy_ago(make_customer(name, owner=make_user("ana") if name == "seventy" else None), today, {days: days * 100})
    classify_as_of(today)
    schemes.save_draft(key="lifecycle", parameters={"at_risk_days": 60, "lost_days": 95}, by=SYSTEM, at=now())


def start(today, **given):
    return actions.start_simulation(**{"key": "lifecycle", "as_of": today, "by": SYSTEM, "at": now()} | given)


def moves(simulation):
    keys = {one.id: one.key for one in simulation.scheme.classes.all()}
    found = simulation.result["cells"]
    return {
        (keys.get(one["before"]), keys.get(one["after"])): (one["customers"], one["revenue"])
        for one in found
        if one["before"] != one["after"]
    }


def test_who_moves_from_where_to_where_and_nothing_is_changed(shop, today):
    before = list(Assignment.objects.order_by("customer_id", "scheme_id").values())
    simulation = start(today)
    schemes.save_draft(key="lifecycle", parameters={"at_risk_days": 94}, by=SYSTEM, at=now())  # later than the start
    found = running.run_simulation(simulation_id=simulation.id)
    assert (found.status, found.before_number, found.after_number) == ("done", 1, 2)
    assert moves(found) == {("first_purchase", "at_risk"): (1, 7000), ("at_risk", "lost"): (1, 10000)}
    assert list(Assignment.objects.order_by("customer_id", "scheme_id").values()) == before
    assert Scheme.objects.get(key="lifecycle").version == 1


def test_months_tell_who_stayed_and_the_page_shows_it(client, shop, today):
    simulation = start(today, months=3)
    running.run_simulation(simulation_id=simulation.id)
    simulation.refresh_from_db()
    months = simulation.result["months"]
    assert len(months) == 4
    assert [one["after"]["both"] for one in months] == [0, 4, 4, 4]
    assert (months[-1]["after"]["stayed"], months[-1]["before"]["stayed"]) == (1, 2)
    at_risk = Scheme.objects.get(key="lifecycle").classes.get(key="at_risk")
    value = {"most_percent": "10", "above": ""}
    set_policy(class_id=at_risk.id, kind="discount", value=value, by=SYSTEM, at=now())
    client.force_login(make_user("li"))
    page = client.get(f"/settings/simulations/{simulation.id}/")
    assert page.status_code == 200
    stake = page.context["stakes"][0]
    assert (stake.row.before, stake.row.after, stake.stake_before, stake.stake_after) == (1, 1, 1000, 700)
    assert "seventy" in page.text  # of her team
    assert "hundred" not in page.text  # nobody's: she may not see the name, the number counts all
    assert client.get("/settings/schemes/lifecycle/simulations/").status_code == 200


def test_a_new_type_is_compared_with_nothing_in_force(shop, today):
    schemes.create_scheme(key="big", kind="rule", name_en="Big", by=SYSTEM, at=now())
    class_actions.add_class(scheme_key="big", key="yes", name_en="Yes", by=SYSTEM, at=now())
    rule = {"version": 1, "rule": {"trait": "monetary", "op": "ge", "value": 10_000}}
    schemes.save_draft(key="big", rules_by_class={"yes": rule}, by=SYSTEM, at=now())
    found = running.run_simulation(simulation_id=start(today, key="big", months=0).id)
    assert moves(found) == {(None, "yes"): (2, 40000)}
    assert found.result["months"] == []


def test_cancelled_before_and_in_the_middle(shop, today, monkeypatch):
    waiting = start(today)
    actions.cancel_simulation(simulation_id=waiting.id, by=SYSTEM, at=now())
    assert running.run_simulation(simulation_id=waiting.id).status == "cancelled"
    with pytest.raises(SimulationIsOver):
        actions.cancel_simulation(simulation_id=waiting.id, by=SYSTEM, at=now())

    going = start(today)
    tell = running._tell

    def cancel_then_tell(simulation, done, steps):
        if done == 3:
            Simulation.objects.filter(id=simulation.id).update(cancel_asked_at=now())
        tell(simulation, done, steps)

    monkeypatch.setattr(running, "_tell", cancel_then_tell)
    found = running.run_simulation(simulation_id=going.id)
    assert (found.status, found.result) == ("cancelled", None)
    going.refresh_from_db()
    assert (going.status, going.done, going.steps) == ("cancelled", 2, 14)


# A simulation that stands still after its second step.
STANDING_STILL = """
import sys, time, django
django.setup()
from pathlib import Path
from django.conf import settings
from zhike.classification.simulation import running
settings.STORE = Path(sys.argv[1])
tell = running._tell
def stand(simulation, done, steps):
    tell(simulation, done, steps)
    if done == 2:
        time.sleep(60)
running._tell = stand
running.run_simulation(simulation_id=int(sys.argv[2]))
"""


def test_killed_in_the_middle_it_can_be_run_again(shop, today, settings):
    simulation = start(today, months=1)
    with subprocess.Popen(
        [sys.executable, "-c", STANDING_STILL, str(settings.STORE), str(simulation.id)],
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "zhike.config.settings"},
        stderr=subprocess.DEVNULL,
    ) as child:
        until = time.monotonic() + 50
        while Simulation.objects.get(id=simulation.id).done < 2 and time.monotonic() < until:
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
    simulation.refresh_from_db()
    assert (simulation.status, simulation.done) == ("running", 2)
    with pytest.raises(SimulationGoesOn):
        actions.repeat_simulation(simulation_id=simulation.id, by=SYSTEM, at=now())
    later = now() + timedelta(minutes=2)
    assert actions.is_interrupted(simulation, later)
    actions.repeat_simulation(simulation_id=simulation.id, by=SYSTEM, at=later)
    found = running.run_simulation(simulation_id=simulation.id)  # the worker's sweep comes here too
    assert (found.status, len(moves(found))) == ("done", 2)


def test_what_cannot_be_simulated_is_refused_and_nothing_is_kept(today):
    install_built_in_schemes()
    for given, refusal in (
        ({"after": 9}, NoSuchVersion),
        ({"as_of": today + timedelta(days=9)}, DayInFuture),
        ({"months": 37}, MonthsWrong),
    ):
        with pytest.raises(refusal):
            start(today, **given)
    schemes.create_scheme(key="mine", kind="hand", name_en="Mine", by=SYSTEM, at=now())
    with pytest.raises(NotPreviewable):
        start(today, key="mine")
    schemes.create_scheme(key="odd", kind="rule", name_en="Odd", by=SYSTEM, at=now())
    class_actions.add_class(scheme_key="odd", key="yes", name_en="Yes", by=SYSTEM, at=now())
    SchemeVersion.objects.filter(scheme__key="odd").update(rules={"yes": {"version": 1, "rule": {"all": []}}})
    with pytest.raises(RuleHasProblems):
        start(today, key="odd")
    assert not Simulation.objects.exists()


def test_before_the_first_run_it_says_so(today):
    install_built_in_schemes()
    found = running.run_simulation(simulation_id=start(today).id)
    assert found.status == "failed"
    assert found.problem


def test_over_the_api_and_only_for_those_who_may(client, shop, today):
    client.force_login(make_user("ada"))
    made = client.post(
        "/api/schemes/lifecycle/simulations", {"months": 1, "as_of": today.isoformat()}, content_type="application/json"
    )
    assert (made.status_code, made.json()["status"]) == (202, "queued")
    running.run_simulation(simulation_id=made.json()["id"])
    found = client.get(f"/api/simulations/{made.json()['id']}").json()
    assert (found["status"], found["customers"], len(found["months"])) == ("done", 4, 2)
    moving = [
        (one["before"], one["after"], one["customers"]) for one in found["cells"] if one["before"] != one["after"]
    ]
    assert sorted(moving) == [("at_risk", "lost", 1), ("first_purchase", "at_risk", 1)]
    assert client.get("/api/simulations/999999").status_code == 404
    assert client.post(f"/api/simulations/{made.json()['id']}/cancel").status_code == 409
    for login in ("ana", "vic"):
        client.force_login(make_user(login))
        assert client.get(f"/api/simulations/{made.json()['id']}").status_code == 403
        assert client.get(f"/settings/simulations/{made.json()['id']}/").status_code == 403
        assert client.post("/settings/schemes/lifecycle/simulations/", {}).status_code == 403
    assert class_keys("lifecycle")["seventy"] == "first_purchase"


def test_started_cancelled_and_repeated_on_the_pages(client, today):
    install_built_in_schemes()
    schemes.save_draft(key="lifecycle", parameters={"at_risk_days": 60}, by=SYSTEM, at=now())
    client.force_login(make_user("ada"))
    given = {"after": 2, "before": 1, "as_of": today.isoformat(), "months": 6}
    made = client.post("/settings/schemes/lifecycle/simulations/", given)
    simulation = Simulation.objects.get()
    assert made.url == f"/settings/simulations/{simulation.id}/"
    assert "hx-get" in client.get(made.url).text
    assert client.get(f"{made.url}progress/").status_code == 200
    assert client.post(f"{made.url}cancel/").status_code == 302
    simulation.refresh_from_db()
    assert simulation.status == "cancelled"
    assert client.get(f"{made.url}progress/")["HX-Redirect"] == made.url
    assert client.post(f"{made.url}again/").status_code == 302
    simulation.refresh_from_db()
    assert simulation.status == "queued"
    wrong = client.post("/settings/schemes/lifecycle/simulations/", {**given, "after": 7})
    assert wrong.status_code == 422
