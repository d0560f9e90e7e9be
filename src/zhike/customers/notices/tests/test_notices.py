"""A person's notices: the number in the frame, the list, read by opening, read all with undo, and rights."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.customers.models import Notice
from zhike.customers.notices.actions import sweep_notices
from zhike.customers.notices.giving import AUDIENCE, NewNotice, add_to_notices, giving_statement
from zhike.customers.notices.registry import NoticeKind, NoticeWords, notice_kinds
from zhike.customers.public import archive_customer
from zhike.customers.rights import VIEW
from zhike.customers.testing import make_customer

NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    def say(rows):
        return [NoticeWords(f"通知 {one.key}", "/customers/") for one in rows]

    monkeypatch.setitem(notice_kinds._items, "test", NoticeKind("test", "bell", VIEW, say))


def give(login, key, *, customer=None, minutes=0):
    at = NOON + timedelta(minutes=minutes)
    return Notice.objects.create(user=make_user(login), kind="test", key=key, customer=customer, at=at)


@pytest.mark.django_db
def test_notices_stand_newest_first_with_the_number_of_unread_in_the_frame(client):
    for number in range(3):
        give("ana", f"n{number}", minutes=number)
    give("max", "other")
    client.force_login(make_user("ana"))
    page = client.get("/notices/")
    assert [one.words.text for one in page.context["page"].rows] == ["通知 n2", "通知 n1", "通知 n0"]
    html = page.content.decode()
    assert html.count('<span aria-hidden="true">3</span>') == 2  # beside the line of the sidebar, and on phones
    assert "3 条未读" in html
    newest = Notice.objects.get(key="n2")
    opened = client.post(f"/notices/{newest.id}/open/")
    assert (opened.status_code, opened.url) == (302, "/customers/")
    again = client.get("/notices/").content.decode()
    assert again.count('<span aria-hidden="true">2</span>') == 2
    assert again.count("data-unread") == 2


@pytest.mark.django_db
def test_all_are_read_but_those_that_came_meanwhile_and_undo_brings_back_exactly_those(client):
    early = give("ana", "early")
    Notice.objects.filter(id=early.id).update(read_at=NOON)
    seen = [give("ana", f"n{number}") for number in range(2)]
    late = give("ana", "late")
    client.force_login(make_user("ana"))
    page = client.post("/notices/read/", {"until": seen[-1].id}, follow=True)
    assert "已读 2 条通知" in page.content.decode()
    assert list(Notice.objects.filter(read_at=None)) == [late]
    undo = re.search(r'action="(/notices/unread/\d+/)"', page.content.decode())[1]
    client.post(undo)
    assert set(Notice.objects.filter(read_at=None)) == {*seen, late}
    assert client.post("/notices/read/", {"until": "x"}).status_code == 302
    assert client.post("/notices/unread/99999999999999999999/").status_code == 404


@pytest.mark.django_db
def test_a_long_inbox_is_paged_by_key(client):
    Notice.objects.bulk_create(
        Notice(user=make_user("ana"), kind="test", key=str(number), at=NOON) for number in range(120)
    )
    client.force_login(make_user("ana"))
    first = client.get("/notices/")
    second = client.get("/notices/", {"after": first.context["page"].next})
    third = client.get("/notices/", {"after": second.context["page"].next})
    keys = [one.notice.key for page in (first, second, third) for one in page.context["page"].rows]
    assert keys == [str(number) for number in range(119, -1, -1)]
    assert '<span aria-hidden="true">99+</span>' in third.content.decode()
    assert client.get("/notices/?after=nonsense").status_code in (400, 422)


@pytest.mark.django_db
def test_on_a_later_page_all_are_read_that_there_were_on_the_first(client):
    Notice.objects.bulk_create(
        Notice(user=make_user("ana"), kind="test", key=str(number), at=NOON) for number in range(60)
    )
    client.force_login(make_user("ana"))
    link = re.search(r'rel="next" href="([^"]+)"', client.get("/notices/").text)[1].replace("&amp;", "&")
    late = give("ana", "late", minutes=5)
    until = re.search(r'name="until" value="(\d+)"', client.get(f"/notices/{link}").text)[1]
    client.post("/notices/read/", {"until": until})
    assert list(Notice.objects.filter(read_at=None)) == [late]
    assert client.get("/notices/?until=x").status_code == 200


@pytest.mark.django_db
def test_old_notices_go_sooner_when_they_were_read():
    at = NOON + timedelta(days=365)
    told = {"unread": (NOON, None), "older": (NOON - timedelta(minutes=1), None)}
    told |= {f"read {days}": (NOON, at - timedelta(days=days, minutes=1)) for days in (89, 90)}
    for key, (when, read_at) in told.items():
        Notice.objects.create(user=make_user("ana"), kind="test", key=key, at=when, read_at=read_at)
    assert sweep_notices(at=at) == 2
    assert set(Notice.objects.values_list("key", flat=True)) == {"unread", "read 89"}


@pytest.mark.django_db
def test_what_one_may_not_see_any_more_is_not_shown_counted_or_opened(client):
    mine, gone = make_customer("Mine", owner=make_user("ana")), make_customer("Gone", owner=make_user("ana"))
    others = make_customer("Other", owner=make_user("max"))
    hidden = [give("ana", "gone", customer=gone), give("ana", "other", customer=others), give("max", "his")]
    give("ana", "mine", customer=mine)
    unknown = Notice.objects.create(user=make_user("ana"), kind="of a room that is gone", key="x", at=NOON)
    archive_customer(customer_id=gone.id, by=make_cast_actor("ana"), at=now())
    client.force_login(make_user("ana"))
    page = client.get("/notices/")
    assert ([one.words.text for one in page.context["page"].rows], page.context["unread"]) == (["通知 mine"], 1)
    for one in (*hidden, unknown):
        assert client.post(f"/notices/{one.id}/open/").status_code == 404
    rows = client.get("/api/notices").json()["rows"]
    assert [(one["text"], one["leads_to"], one["customer_id"]) for one in rows] == [
        ("通知 mine", "/customers/", mine.id)
    ]
    assert client.post("/api/notices/read", {"until": rows[0]["id"]}, content_type="application/json").json() == {
        "read": 1
    }


@pytest.mark.django_db(transaction=True)
def test_fifty_who_tell_the_same_at_once_tell_it_once():
    one = make_customer("One", owner=make_user("ana"))
    same = "user_id, 'test' AS kind, 'same' AS key, customer_id, '{}'::jsonb AS facts, now() AS at"
    rows = f"SELECT {same} FROM {AUDIENCE} AS p"

    def tell(number):
        try:
            with connection.cursor() as cursor:
                cursor.execute(giving_statement(rows=rows))
            new = [NewNotice(one.owner_id, "test", "sum", facts={"count": 1})]
            add_to_notices(new=new, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(tell, range(50)))
    assert sorted(Notice.objects.values_list("key", "facts__count")) == [("same", None), ("sum", 50)]
