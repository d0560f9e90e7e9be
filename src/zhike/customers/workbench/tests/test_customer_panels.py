"""Who came lately, what profiles lack, and which imports want looking after."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.customers.imports.workbench import list_current, load_imports
from zhike.customers.models import ImportRun, Listing
from zhike.customers.testing import make_customer
from zhike.customers.workbench.panels import load_missing, load_newcomers
from zhike.ui.public import list_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    ana, li, other = (make_user(login) for login in ("ana", "li", "max"))
    made = {
        "Whole": make_customer("Whole", owner=ana, phones=["13812345678"], place="浙江杭州"),
        "Mail": make_customer("Mail", owner=li, emails=["a@example.com"], country="DE"),
        "Bare": make_customer("Bare", owner=ana),
        "Chinese": make_customer("Chinese", owner=other, phones=["13812345679"], country="CN"),
        "Nobody's": make_customer("Nobody's", phones=["13812345670"], place="江苏苏州"),
        "Archived": make_customer("Archived", owner=ana),
    }
    for days, name in ((1, "Whole"), (3, "Mail"), (6, "Bare"), (20, "Chinese"), (40, "Nobody's"), (1, "Archived")):
        Listing.objects.filter(customer=made[name]).update(created_at=now() - timedelta(days=days))
    Listing.objects.filter(customer=made["Archived"]).update(archived=True)
    return made


@pytest.mark.parametrize(
    ("login", "days", "found"),
    [
        ("ana", 7, ["Whole", "Bare"]),
        ("li", 7, ["Whole", "Mail", "Bare"]),
        ("vic", 30, ["Whole", "Mail", "Bare"]),
        ("ada", 30, ["Whole", "Mail", "Bare", "Chinese"]),
        ("ada", 7, ["Whole", "Mail", "Bare"]),
    ],
)
def test_new_customers_latest_first(firm, login, days, found):
    panel = load_newcomers(make_cast_actor(login), days)
    assert [row.name for row in panel["found"].rows] == found
    assert panel["found"].count == len(found)


def test_five_are_named_all_are_counted(firm):
    ana = make_user("ana")
    for number in range(6):
        make_customer(f"C{number}", owner=ana, at=now())
    found = load_newcomers(make_cast_actor("ana"), 7)["found"]
    assert (len(found.rows), found.count, found.rows[0].owner) == (5, 8, "Ana")


def test_nobody_new_shows_nothing(firm):
    assert load_newcomers(make_cast_actor("max"), 7) is None


@pytest.mark.parametrize(
    ("login", "lacks"),
    [
        ("ana", {"contact": 1, "region": 1}),
        ("max", {"region": 1}),
        ("ada", {"owner": 1, "contact": 1, "region": 2}),
    ],
)
def test_what_profiles_lack_is_counted(firm, login, lacks):
    assert {key: count for key, _label, count in load_missing(make_cast_actor(login), 7)["rows"]} == lacks


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("missing=owner", ["Nobody's"]),
        ("missing=contact", ["Bare"]),
        ("missing=region", ["Bare", "Chinese"]),
        ("missing=owner&missing=contact", ["Bare", "Nobody's"]),
        ("missing=x", []),
        ("created=7", ["Bare", "Mail", "Whole"]),
        ("created=30", ["Bare", "Chinese", "Mail", "Whole"]),
        ("created=0", []),
    ],
)
def test_the_links_lead_to_those_customers(firm, client, query, found):
    client.force_login(make_user("ada"))
    page = client.get(f"/customers/?{query}&sort=name")
    assert sorted(line.name for line in page.context["lines"]) == found


def test_who_may_not_change_customers_is_not_asked_to_complete_them(firm, client):
    client.force_login(make_user("vic"))
    assert "?missing=" not in client.get("/").text
    client.force_login(make_user("ana"))
    assert "?missing=contact" in client.get("/").text


def import_run(status, by, **facts):
    usual = {"file_name": f"{status}.csv", "created_at": now()}
    return ImportRun.objects.create(kind="customers", status=status, file="x.csv", by=by, **(usual | facts))


def test_imports_under_way_waiting_and_failed(client):
    ana, ada = make_user("ana"), make_user("ada")
    import_run("running", ana, progress={"rows_done": 30, "rows_total": 120})
    import_run("mapping", ana)
    import_run("failed", ana)
    import_run("failed", ana, created_at=now() - timedelta(days=9), file_name="old.csv")
    import_run("done", ana, finished_at=now() - timedelta(hours=1))
    import_run("running", ada, file_name="ada's.csv")
    runs = list_current(actor=make_cast_actor("ana"), days=7, at=now())
    assert [run.file_name for run in runs] == ["failed.csv", "mapping.csv", "running.csv"]
    assert runs[2].pace.share == 0.25
    client.force_login(ana)
    page = client.get("/").text
    assert "running.csv" in page
    assert "ada&#x27;s.csv" not in page
    alone = client.get("/workbench/imports/").text
    assert 'hx-get="/workbench/imports/"' in alone
    assert "<html" not in alone


def test_once_nothing_is_under_way_the_panel_stops_asking(client):
    ana = make_user("ana")
    run = import_run("running", ana)
    client.force_login(ana)
    ImportRun.objects.filter(id=run.id).update(status="done", finished_at=now())
    page = client.get("/workbench/imports/").text
    assert "running.csv" in page
    assert "hx-get" not in page
    ImportRun.objects.all().delete()
    assert client.get("/workbench/imports/").content == b""
    assert load_imports(make_cast_actor("ana"), 7) is None


def test_bringing_records_ticks_once_there_is_a_customer():
    def done():
        return {one.item.key: one.done for one in list_steps(actor=make_cast_actor("ada"))}["records"]

    assert done() is False
    make_customer()
    assert done() is True
