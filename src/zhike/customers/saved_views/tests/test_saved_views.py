import pytest

from zhike.accounts.testing import make_user
from zhike.customers.models import SavedView
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["zhike_language"] = "en"


@pytest.fixture
def li(client):
    user = make_user("li")  # leads the team of ana
    client.force_login(user)
    return user


def save(client, name="Ours", query="tag=VIP&sort=name", **more):
    return client.post("/customers/views/save/", {"name": name, "query": query, **more})


def tabs(client, query=""):
    return client.get(f"/customers/?{query}").context["tabs"]


def test_a_list_kept_under_a_name_is_a_tab_that_leads_back_to_it(client, li):
    answer = save(client)
    view = SavedView.objects.get()
    assert answer.headers["Location"] == f"/customers/?sort=name&tag=VIP&view={view.id}"
    [tab] = tabs(client, f"sort=name&tag=VIP&view={view.id}")
    assert (tab.view.name, tab.current, tab.is_changed) == ("Ours", True, False)
    assert tabs(client, f"tag=Other&view={view.id}")[0].is_changed


def test_tabs_tell_how_many_customers_they_hold(client, li):
    make_customer("A", owner=li, tags=["VIP"])
    make_customer("B", owner=li)
    save(client)
    [tab] = client.get("/customers/views/").context["tabs"]
    assert (tab.count.number, tab.count.exact) == (1, True)


def test_only_shared_views_are_seen_by_the_team_and_nobody_changes_those_of_others(client, li):
    save(client, name="Mine")
    save(client, name="For all", shared="1")
    client.force_login(make_user("ana"))
    [tab] = tabs(client)
    assert (tab.view.name, tab.is_mine) == ("For all", False)
    assert client.post(f"/customers/views/{tab.view.id}/", {"name": "Stolen"}).status_code == 404
    assert client.post(f"/customers/views/{tab.view.id}/remove/").status_code == 404
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["For all", "Mine"]


def test_a_changed_list_is_kept_under_the_same_name_and_a_name_can_be_another(client, li):
    save(client)
    view = SavedView.objects.get()
    client.post(f"/customers/views/{view.id}/", {"query": "kind=company"})
    client.post(f"/customers/views/{view.id}/", {"name": "Firms"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Firms", "kind=company")


def test_a_removed_view_comes_back_by_undo(client, li):
    save(client)
    view = SavedView.objects.get()
    client.post(f"/customers/views/{view.id}/remove/")
    assert tabs(client) == []
    client.post(f"/customers/views/{view.id}/restore/")
    assert [tab.view.name for tab in tabs(client)] == ["Ours"]


@pytest.mark.parametrize("name", ["", "   ", "n" * 61])
def test_a_view_without_a_name_or_with_a_long_one_is_refused(client, li, name):
    answer = client.post("/customers/views/save/", {"name": name, "query": "tag=VIP"}, follow=True)
    assert "does not fit here" in answer.text
    assert not SavedView.objects.exists()


def test_columns_are_remembered_for_the_person(client, li):
    answer = client.post("/customers/columns/?tag=VIP", {"col": ["tags", "created"]})
    assert answer.headers["Location"] == "/customers/?tag=VIP&col=tags&col=created"
    make_customer("A", owner=li)
    assert [column.key for column in client.get("/customers/").context["columns"]] == ["tags", "created"]
    client.force_login(make_user("ada"))
    assert [column.key for column in client.get("/customers/").context["columns"]] != ["tags", "created"]


def test_what_is_done_to_all_of_a_list_leaves_others_alone(client, li):
    for number in range(3):
        make_customer(f"Firm {number}", owner=li, kind="company")
    person = make_customer("Person", owner=li, kind="person")
    data = {"do": "tag", "tag": "fair", "all": "1", "id": str(person.id)}
    answer = client.post("/customers/bulk/?kind=company", data, follow=True)
    assert "3 customers changed" in answer.text
    person.refresh_from_db()
    assert person.tags == []


def test_a_chip_opens_the_form_of_its_filter_alone_and_keeps_the_others(client, li):
    page = client.get("/customers/?tag=VIP&sort=name")
    assert "<span>Tag</span> <span>is</span> <b>VIP</b>" in page.text
    [chip] = page.context["chips"]
    form = client.get(f"/customers/filters/{chip.edit_url}").context
    assert [one.facet.key for one in form["inputs"]] == ["tag"]
    assert form["kept"] == [("sort", "name")]


def test_all_customers_is_the_current_tab_in_any_order_until_a_filter_holds(client, li):
    all_customers = '<a href="/customers/" aria-current="page">All customers</a>'
    assert all_customers in client.get("/customers/").text
    assert all_customers in client.get("/customers/?sort=-created&columns=owner").text
    assert all_customers not in client.get("/customers/?sort=-created&tag=VIP").text
