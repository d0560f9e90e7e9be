"""Owner and followers are told once when a customer moves: at once, by a run, by hand, and when a move waits."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.classification.approvals.marking import set_telling
from zhike.classification.approvals.steadiness import set_steadiness
from zhike.classification.assignments.overrides import set_override
from zhike.classification.errors import NoSuchClass
from zhike.classification.evaluation.actions import run_classification
from zhike.classification.models import Scheme, Telling
from zhike.classification.testing import buy, buy_ago, class_keys
from zhike.customers.public import Notice, change_customer
from zhike.customers.testing import follow, make_customer, notices_of, unread_of
from zhike.kit.clock import local_day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def today():
    return local_day(now(), get_organisation().time_zone)


def classify(**more):
    return run_classification(by=SYSTEM, at=now(), **more)


def class_ids(*keys):
    classes = Scheme.objects.get(key="lifecycle").classes
    return [classes.get(key=key).id for key in keys]


def told(actor):
    """Return what a person reads, newest first."""
    return [text for text, _ in notices_of(actor)]


def test_in_a_new_firm_people_are_told_of_customers_about_to_be_lost_and_of_lost_ones():
    classify()
    assert list(Telling.objects.values_list("scheme__key", "tell_into", "tell_out_of")) == [
        ("lifecycle", sorted(class_ids("at_risk", "lost")), [])
    ]


def test_a_move_at_once_tells_the_owner_and_each_follower_and_nobody_else_once_a_day(today):
    ana, li, vic, max_ = (make_cast_actor(one) for one in ("ana", "li", "vic", "max"))
    one = make_customer("One", owner=make_user("ana"))
    buy_ago(one, today, {120: 100_00, 1: 50_00})
    classify()
    set_telling(key="lifecycle", tell_into=class_ids("at_risk"), by=SYSTEM, at=now())
    for actor in (ana, li):  # the owner who follows too is one person
        follow(one, actor)
    for amount in (-50_00, 50_00, -50_00):  # at risk, recovered, at risk again
        buy(one, today - timedelta(days=1), amount, hour=13 if amount < 0 else 14)
    buy(one, today - timedelta(days=1), -50_00, hour=15)
    classify(full=True)
    assert class_keys("lifecycle") == {"One": "at_risk"}
    assert [told(actor) for actor in (ana, li, vic, max_)] == [
        ["One 进入“流失预警”"], ["One 进入“流失预警”"], [], [],
    ]  # fmt: skip
    assert notices_of(ana)[0][1] == f"/customers/{one.id}/"
    change_customer(customer_id=one.id, owner=make_user("max").id, by=SYSTEM, at=now())
    assert (told(ana), unread_of(ana)) == ([], 0)  # no longer hers to see
    assert Notice.objects.count() == 2


def test_a_run_that_moves_many_makes_one_notice_with_a_link_to_exactly_those(today, client):
    ana, ada = make_cast_actor("ana"), make_cast_actor("ada")
    mine = [make_customer(f"C{number}", owner=make_user("ana")) for number in range(3)]
    others = make_customer("Other", owner=make_user("max"))
    for one in (*mine, others):
        buy_ago(one, today, {200: 100_00})
    follow(mine[0], ada)
    classify(as_of=today - timedelta(days=100))
    assert set(class_keys("lifecycle").values()) == {"at_risk"}
    classify()
    classify(full=True)
    assert class_keys("lifecycle") == dict.fromkeys(("C0", "C1", "C2", "Other"), "lost")
    assert [told(ana), told(ada), told(make_cast_actor("max"))] == [
        ["3 位客户进入“已流失”"], ["C0 进入“已流失”"], ["Other 进入“已流失”"],
    ]  # fmt: skip
    client.force_login(make_user("ana"))
    opened = client.post(f"/notices/{Notice.objects.get(user_id=ana.id).id}/open/")
    page = client.get(opened.url)
    assert [line.name for line in page.context["lines"]] == ["C2", "C1", "C0"]
    client.force_login(make_user("ada"))  # somebody else's notice shows nothing
    assert client.get(opened.url).context["lines"] == []


def test_who_moved_a_customer_by_hand_is_not_told_of_it_and_both_marks_are_one_notice(today):
    ana, li = make_cast_actor("ana"), make_cast_actor("li")
    one = make_customer("One", owner=make_user("ana"))
    buy_ago(one, today, {1: 100_00})
    classify()
    first, loyal = class_ids("first_purchase", "loyal")
    set_telling(key="lifecycle", tell_into=[loyal], tell_out_of=[first, loyal], by=SYSTEM, at=now())
    follow(one, li)
    set_override(customer_id=one.id, scheme_key="lifecycle", class_id=loyal, reason="Known", by=li, at=now())
    assert [told(ana), told(li)] == [["One 进入“忠诚”"], []]
    set_override(customer_id=one.id, scheme_key="lifecycle", class_id=first, reason="No", by=ana, at=now())
    assert [told(ana), told(li)] == [["One 进入“忠诚”"], ["One 离开“忠诚”"]]


def test_what_waits_for_a_yes_is_told_to_owner_and_who_may_decide_with_the_number(today):
    ana, li, vic = (make_cast_actor(one) for one in ("ana", "li", "vic"))
    both = [make_customer(name, owner=make_user("ana")) for name in ("One", "Two")]
    for each in both:
        buy_ago(each, today, {120: 100_00})
    classify()
    set_steadiness(key="lifecycle", ask_into=class_ids("repeat"), by=SYSTEM, at=now())
    buy(both[0], today - timedelta(days=1), 1_00)
    assert [told(actor) for actor in (ana, li, vic)] == [["One 的变动等待审批"], ["One 的变动等待审批"], []]
    buy(both[1], today - timedelta(days=1), 1_00)
    classify(full=True)
    assert [told(actor) for actor in (ana, li)] == [["2 个变动等待审批"]] * 2
    assert notices_of(li)[0][1] == "/classes/approvals/"


def test_a_killed_run_tells_nobody_and_the_next_one_tells_all(today, monkeypatch):
    ana = make_cast_actor("ana")
    one = make_customer("One", owner=make_user("ana"))
    buy_ago(one, today, {200: 100_00})
    classify(as_of=today - timedelta(days=100))

    def die(**facts):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("zhike.classification.evaluation.actions.tell_owners", die)
        with pytest.raises(KeyboardInterrupt):
            classify()
    assert (class_keys("lifecycle"), told(ana)) == ({"One": "at_risk"}, [])
    classify()
    assert (class_keys("lifecycle"), told(ana)) == ({"One": "lost"}, ["One 进入“已流失”"])


def test_classes_of_another_type_cannot_be_marked():
    classify()
    foreign = Scheme.objects.get(key="value_tier").classes.first().id
    with pytest.raises(NoSuchClass):
        set_telling(key="lifecycle", tell_into=[foreign], by=SYSTEM, at=now())
    assert Telling.objects.get().tell_into == sorted(class_ids("at_risk", "lost"))
