"""Following a customer: the button, its undo, the filter of the list, the API, and whom one may follow."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.customers.following.actions import follow_customer
from zhike.customers.models import Following
from zhike.customers.testing import make_customer

JSON = {"content_type": "application/json"}


@pytest.mark.django_db
def test_one_follows_and_no_longer_follows_with_undo(client):
    one = make_customer("One", owner=make_user("ana"))
    client.force_login(make_user("ana"))
    page = f"/customers/{one.id}/"
    assert f'action="{page}follow/"' in client.get(page).content.decode()
    followed = client.post(f"{page}follow/", follow=True)
    html = followed.content.decode()
    assert followed.redirect_chain == [(page, 302)]
    assert f'action="{page}unfollow/"' in html
    assert "已关注" in html
    assert list(Following.objects.values_list("user__login", "customer_id")) == [("ana", one.id)]
    undone = client.post(f"{page}unfollow/", follow=True).content.decode()
    assert (Following.objects.count(), f'action="{page}follow/"' in undone) == (0, True)


@pytest.mark.django_db
def test_the_list_shows_those_one_follows_and_not_those_a_colleague_follows(client):
    one, two = make_customer("One", owner=make_user("ana")), make_customer("Two", owner=make_user("ana"))
    follow_customer(customer_id=one.id, by=make_cast_actor("ana"), at=now())
    follow_customer(customer_id=two.id, by=make_cast_actor("li"), at=now())
    client.force_login(make_user("ana"))
    page = client.get("/customers/?following=mine")
    assert [line.name for line in page.context["lines"]] == ["One"]
    assert "我关注的" in page.content.decode()
    client.force_login(make_user("li"))
    assert [line.name for line in client.get("/customers/?following=mine").context["lines"]] == ["Two"]
    client.post(f"/customers/{two.id}/archive/")
    assert client.get("/customers/?following=mine").context["lines"] == []


@pytest.mark.django_db
def test_whom_one_may_not_see_one_cannot_follow(client):
    one = make_customer("One", owner=make_user("ana"))
    client.force_login(make_user("max"))
    assert client.post(f"/customers/{one.id}/follow/").status_code == 404
    assert client.put(f"/api/customers/{one.id}/following", {}, **JSON).status_code == 404
    assert Following.objects.count() == 0


@pytest.mark.django_db
def test_programs_follow_too_and_sending_it_again_changes_nothing(client):
    one = make_customer("One", owner=make_user("ana"))
    client.force_login(make_user("ana"))
    address = f"/api/customers/{one.id}/following"
    answers = [client.get(address), client.put(address, {}, **JSON), client.put(address, {}, **JSON),
               client.get(address), client.delete(address), client.get(address)]  # fmt: skip
    assert [(one.status_code, one.json()["following"]) for one in answers] == [
        (200, False), (200, True), (200, True), (200, True), (200, False), (200, False)
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_fifty_who_follow_at_once_make_one_row():
    one, ana = make_customer("One", owner=make_user("ana")), make_cast_actor("ana")

    def follow(_number):
        try:
            return follow_customer(customer_id=one.id, by=ana, at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(follow, range(50)))
    assert Following.objects.count() == 1
