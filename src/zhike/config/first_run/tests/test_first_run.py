"""From the first sign-in to work: three steps that can be left and resumed, and a workbench that leads on."""

import pytest
from django.apps import apps

from zhike.accounts.public import Organisation, get_organisation
from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.classification.public import install_built_in_schemes
from zhike.config.demo.queries import DemoState
from zhike.config.first_run.firm_kinds import FIRM_KINDS
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
Scheme, ImportRun = apps.get_model("classification", "Scheme"), apps.get_model("customers", "ImportRun")
FIRM = {"name": "启衡科技", "time_zone": "Asia/Shanghai", "currency": "CNY", "firm_kind": "parcels"}
STEPS = ["/first-run/language/", "/first-run/organisation/", "/first-run/records/"]


@pytest.fixture
def ada(client):
    install_built_in_schemes()
    user = make_user("ada")
    client.force_login(user)
    return user


def where(client, path):
    return client.get(path, follow=True).redirect_chain[-1][0]


def active():
    return list(Scheme.objects.filter(status="active").order_by("position").values_list("key", flat=True))


def test_a_fresh_home_leads_through_three_steps(client, ada):
    assert where(client, "/") == STEPS[0]
    client.post("/ui/language/", {"language": "en", "next": STEPS[1]})
    assert where(client, "/") == STEPS[1]
    assert client.post(STEPS[1], FIRM)["Location"] == STEPS[2]
    firm = get_organisation()
    assert (firm.name, firm.language, firm.currency, firm.configured) == ("启衡科技", "en", "CNY", True)
    assert active() == ["lifecycle", "rfm", "value_tier", "customer_kind"]
    assert where(client, "/first-run/") == STEPS[2]
    records = client.get(STEPS[2]).text
    assert 'href="/imports/new/"' in records
    assert 'action="/settings/demo/load/"' in records
    assert client.get("/").status_code == 200


def test_it_can_be_left_and_the_checklist_leads_back(client, ada):
    assert client.post("/first-run/later/")["Location"] == "/"
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/first-run/"' in page.text
    assert where(client, "/first-run/") == STEPS[0]


def test_going_back_shows_what_was_chosen_and_may_choose_again(client, ada):
    client.post(STEPS[1], FIRM)
    assert client.get(STEPS[1]).context["form"].initial["firm_kind"] == "parcels"
    client.post(STEPS[1], {**FIRM, "firm_kind": "chip"})
    assert active() == ["strategic", "value_tier", "scale", "market", "country", "lifecycle", "customer_kind"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"firm_kind": "bakery"}, {"currency": "XXQ"}, {"time_zone": "Mars/Base"}, {"firm_kind": ""}],
)
def test_what_is_refused_changes_nothing(client, ada, wrong):
    before = active()
    answer = client.post(STEPS[1], {**FIRM, **wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not Organisation.objects.filter(configured=True).exists()
    assert active() == before
    assert recorded("SchemeRetired") == []


def test_once_work_has_begun_types_are_not_taken_away(client, ada):
    client.post(STEPS[1], {**FIRM, "firm_kind": "general"})
    make_customer()
    before = active()
    assert client.post(STEPS[1], FIRM)["Location"] == "/settings/organisation/"
    assert active() == before


@pytest.mark.parametrize("kind", FIRM_KINDS, ids=lambda kind: kind.key)
def test_every_kind_of_firm_names_types_that_there_are(kind, ada):
    assert set(kind.schemes) <= set(Scheme.objects.values_list("key", flat=True))
    assert len(set(kind.schemes)) == len(kind.schemes)


def test_who_sets_up_the_firm_says_their_name(client, ada):
    client.post(STEPS[1], {**FIRM, "firm_kind": "general", "person": " 安 达 "})
    ada.refresh_from_db()
    assert ada.name == "安 达"
    assert [role.key for role in ada.roles.all()] == ["administrator"]
    client.post(STEPS[1], {**FIRM, "firm_kind": "general", "person": ""})
    ada.refresh_from_db()
    assert ada.name == "安 达"


@pytest.mark.parametrize("login", ["ana", "li", "vic", "max"])
def test_only_who_may_change_the_firm_is_led_there(client, login):
    client.force_login(make_user(login))
    assert client.get("/").status_code == 200
    for path in STEPS:
        assert client.get(path).status_code == 403
    assert client.post("/first-run/later/").status_code == 403
    assert client.post(STEPS[1], FIRM).status_code == 403
    assert not Organisation.objects.filter(configured=True).exists()


def test_anonymous_signs_in_first(client):
    for path in ["/", *STEPS, "/first-run/", "/workbench/imports/"]:
        assert client.get(path)["Location"].startswith("/sign-in/")


def test_a_firm_that_is_named_is_not_asked_again(client, ada):
    Organisation.objects.update_or_create(id=1, defaults={"name": "Sample", "configured": False})
    assert client.get("/").status_code == 200


def test_without_customers_the_workbench_leads_on(client, ada):
    Organisation.objects.update_or_create(id=1, defaults={"name": "Firm", "configured": True})
    page = client.get("/").text
    assert 'href="/imports/new/"' in page
    assert 'href="/settings/demo/"' in page
    client.force_login(make_user("vic"))
    page = client.get("/").text
    assert "分配给你的客户会出现在这里。" in page
    assert 'href="/imports/new/"' not in page


def test_while_the_sample_data_is_on_its_way_the_workbench_says_so(client, ada, monkeypatch):
    Organisation.objects.update_or_create(id=1, defaults={"name": "Firm", "configured": True})
    loading = DemoState(customers=3, orders=0, loaded=False, job="load", failed=False, share=0.1)
    monkeypatch.setattr("zhike.config.first_run.panels.get_demo_state", lambda: loading)
    page = client.get("/").text
    assert "正在载入示例数据" in page
    assert "还没有客户" not in page


def test_sample_data_is_marked_with_the_way_to_clear_it(client, ada):
    Organisation.objects.update_or_create(id=1, defaults={"name": "Firm"})
    assert "示例数据：" not in client.get("/").text
    ImportRun.objects.create(kind="orders", status="done", file="x", file_name="x", options={"sample": True})
    page = client.get("/").text
    assert "示例数据：" in page
    assert '<a href="/settings/demo/">清除</a>' in page
    client.force_login(make_user("ana"))
    page = client.get("/").text
    assert "示例数据：" in page
    assert '<a href="/settings/demo/">' not in page


def test_a_calm_day_says_so(client, ada):
    Organisation.objects.update_or_create(id=1, defaults={"name": "Firm", "configured": True})
    make_customer()
    assert "没有要紧的事" in client.get("/").text


def test_an_unknown_panel_is_not_there(client, ada):
    assert client.get("/workbench/nonsense/").status_code == 404


def test_the_workbench_asks_few_queries(client, ada, django_assert_max_num_queries):
    Organisation.objects.update_or_create(id=1, defaults={"name": "Firm", "configured": True})
    make_customer(owner=ada)
    client.get("/")
    with django_assert_max_num_queries(32):
        client.get("/")
