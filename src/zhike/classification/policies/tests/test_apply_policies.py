"""Which policy applies where several do: the page says which, and why; the list can be narrowed by it."""

import pytest

from zhike.accounts.public import SYSTEM, User
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.models import CustomerClass, Scheme
from zhike.classification.policies.actions import order_schemes
from zhike.classification.policies.applying import find_applied_value, resolve_all
from zhike.classification.policies.conflicts import _pairs, list_conflicts
from zhike.classification.policies.keeping import kept_book
from zhike.classification.policies.queries import get_kind, read_book
from zhike.classification.policies.testing import NOON, give, make_scheme, put
from zhike.customers.public import visible_listing
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    gold, silver = make_scheme("standing", "gold", "silver")
    (risky,) = make_scheme("danger", "risky")
    give(gold, "contact", {"every_days": 30})
    give(silver, "contact", {"every_days": 60})
    give(risky, "contact", {"every_days": 7, "channels": ["phone"]})
    give(gold, "discount", {"most_percent": "15", "above": "lead"})
    both, only = make_customer("Both", owner=make_user("ana")), make_customer("Only", owner=make_user("max"))
    put(both, gold), put(both, risky), put(only, gold)
    return {"gold": gold, "silver": silver, "risky": risky, "both": both, "only": only}


def applied(customer, kind="contact"):
    book = read_book()
    classes = visible_listing(SYSTEM).get(customer_id=customer.id).classes
    found = book.resolve(classes, get_kind(kind))
    return (found.policy.to_class.key, [one.to_class.key for one in found.losers]) if found else None


def test_the_type_that_stands_further_up_decides(firm):
    assert applied(firm["both"]) == ("gold", ["risky"])
    assert applied(firm["only"]) == ("gold", [])
    order_schemes(scheme_keys=["danger"], by=SYSTEM, at=NOON)
    assert applied(firm["both"]) == ("risky", ["gold"])
    assert applied(firm["both"], "discount") == ("gold", [])
    assert applied(firm["both"], "form") is None


def test_policies_are_kept_until_something_changes_of_which_they_are_made(firm):
    assert kept_book() is kept_book()
    give(firm["risky"], "contact", {"every_days": 8})
    assert kept_book().policies["contact"][firm["risky"].id].value == {"every_days": 8}
    order_schemes(scheme_keys=["danger"], by=SYSTEM, at=NOON)
    assert [one.to_class.key for one in resolve_all([firm["gold"].id, firm["risky"].id], kept_book())[0].losers] == [
        "gold"
    ]
    CustomerClass.objects.filter(id=firm["gold"].id).update(name_en="Golden")
    assert kept_book().policies["contact"][firm["gold"].id].to_class.name_en == "Golden"
    User.objects.filter(login="ana").update(name="Ana Maria")
    assert "Ana Maria" in kept_book().names.people.values()
    Scheme.objects.filter(key="danger").update(status=Scheme.Status.RETIRED)
    assert firm["risky"].id not in kept_book().policies["contact"]


def test_other_rooms_ask_for_a_value(firm):
    assert find_applied_value(customer_id=firm["both"].id, kind="contact") == {"every_days": 30}
    assert find_applied_value(customer_id=firm["both"].id, kind="form") is None


def test_within_a_type_the_class_further_up_decides(firm):
    found = read_book().resolve([firm["silver"].id, firm["gold"].id], get_kind("contact"))
    assert (found.policy.to_class_id, [one.to_class_id for one in found.losers]) == (
        firm["gold"].id,
        [firm["silver"].id],
    )


def test_conflicts_count_the_customers_that_one_may_see(firm):
    def seen(login):
        found = list_conflicts(actor=make_cast_actor(login), book=read_book())
        return [(one.winner.to_class.key, one.loser.to_class.key, one.customers) for one in found]

    assert seen("ada") == seen("ana") == [("gold", "risky", 1)]
    assert seen("max") == []


def test_classes_of_one_type_are_no_conflict_however_many_they_are(firm):
    kind, gold, silver = get_kind("contact"), firm["gold"].id, firm["silver"].id
    pairs = [{one.to_class_id for one in pair} for pair in _pairs(read_book(), kind)]
    assert pairs == [{gold, firm["risky"].id}, {silver, firm["risky"].id}]


def test_the_customer_page_says_what_applies_and_what_gives_way(firm, client):
    client.force_login(make_user("ana"))
    page = client.get(f"/customers/{firm['both'].id}/").text
    assert "每 30 天" in page
    assert "让价不超过 15%" in page
    assert "risky：每 7 天 · 电话" in page
    assert "standing 优先于 danger" in page


@pytest.mark.parametrize(("login", "status"), [("ada", 200), ("li", 200), ("vic", 200), ("ana", 200)])
def test_everyone_who_sees_classes_sees_policies(firm, client, login, status):
    client.force_login(make_user(login))
    for path in ("", "conflicts/", f"classes/{firm['gold'].id}/", f"classes/{firm['gold'].id}/discount/"):
        assert client.get(f"/policies/{path}").status_code == status, path


@pytest.mark.parametrize("login", ["li", "vic", "ana"])
def test_only_administrators_change_them(firm, client, login):
    client.force_login(make_user(login))
    before = read_book().policies["discount"][firm["gold"].id].value
    for path in (f"classes/{firm['gold'].id}/discount/", f"classes/{firm['gold'].id}/discount/end/", "order/standing/"):
        assert client.post(f"/policies/{path}", {"most_percent": "90", "number": 1}).status_code == 403
    assert read_book().policies["discount"][firm["gold"].id].value == before


def test_the_form_keeps_a_policy_and_says_what_does_not_fit(firm, client):
    client.force_login(make_user("ada"))
    path = f"/policies/classes/{firm['silver'].id}/service_level/"
    wrong = client.post(path, {"response_hours": "9", "resolve_hours": "3", "clock": "business", "number": "0"})
    assert wrong.status_code == 422
    assert "解决时限不能早于首次响应" in wrong.text
    right = client.post(path, {"response_hours": "3", "resolve_hours": "9", "clock": "business", "number": "0"})
    assert right.headers["Location"] == f"/policies/classes/{firm['silver'].id}/"
    assert "3 小时内响应，9 小时内解决" in client.get("/policies/").text
    assert client.get("/policies/classes/999999/").status_code == 404
    assert client.get(f"/policies/classes/{firm['silver'].id}/magic/").status_code == 404


def test_the_list_can_be_narrowed_to_whom_a_policy_applies(firm, client):
    client.force_login(make_user("ada"))
    held = read_book().policies["contact"]

    def narrowed(one):
        page = client.get(f"/customers/?policy={held[one.id].id}")
        return sorted(line.name for line in page.context["lines"])

    assert (narrowed(firm["gold"]), narrowed(firm["risky"])) == (["Both", "Only"], [])
    order_schemes(scheme_keys=["danger"], by=SYSTEM, at=NOON)
    assert (narrowed(firm["gold"]), narrowed(firm["risky"])) == (["Only"], ["Both"])
    assert client.get("/customers/?policy=x").context["lines"] == []
    page = client.get("/customers/?columns=policy_contact")
    assert page.status_code == 200
