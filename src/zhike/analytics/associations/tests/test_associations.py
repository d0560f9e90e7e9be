from datetime import date, timedelta

import pytest
from django.urls import reverse

from zhike.accounts.testing import make_user
from zhike.analytics.models import Bundle, CustomerAlike, CustomerOffer, ModelRun, ProductPair
from zhike.customers.public import Customer
from zhike.customers.testing import make_customer

from .firm import AS_OF, order, run, write_orders

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 6, 1)
PAGE = "/associations/"


def pairs() -> list[tuple[str, str, int, int, int]]:
    found = ProductPair.objects.order_by("-together", "id")
    return list(found.values_list("first__sku", "then__sku", "together", "first_count", "then_count"))


def a_firm_of_pens(owner=None):
    """Ten orders of pen and ink, eight of them with paper too, ten of soap alone."""
    customer = make_customer("Pen firm", owner=owner)
    baskets = [*8 * [("pen", "ink", "paper")], *2 * [("pen", "ink")], *10 * [("soap",)]]
    write_orders([(customer, DAY, one) for one in baskets])
    return customer


def test_pairs_and_bundles_come_with_exact_counts():
    a_firm_of_pens()
    found = run("associations")
    assert (found.status, found.card["orders"], found.card["products"], found.customers) == ("done", 20, 4, 1)
    assert pairs() == [("ink", "pen", 10, 10, 10), ("paper", "ink", 8, 8, 10), ("paper", "pen", 8, 8, 10)]
    first = ProductPair.objects.get(together=10)
    assert (first.support, first.confidence, first.lift) == (0.5, 1.0, 2.0)
    bundle = Bundle.objects.get()
    assert (bundle.third.sku, bundle.together, bundle.lift) == ("paper", 8, 8 * 20**2 / (10 * 10 * 8))


def test_what_was_given_back_was_not_bought():
    customer = a_firm_of_pens()
    for _ in range(6):
        order(customer, DAY, "cup")
        order(customer, DAY, "cup", "tea", quantity=-1)
    run("associations")
    assert not ProductPair.objects.filter(first__sku="cup").exists()


def test_the_page_shows_pairs_narrows_them_and_leads_to_who_lacks_one(client):
    a_firm_of_pens()
    run("associations")
    client.force_login(make_user("ada"))
    page = client.get(PAGE).content.decode()
    assert "bought=ink&amp;not_bought=pen" in page
    assert '<svg class="zk-network"' in page
    assert client.get(f"{PAGE}?together=9").context["pairs"][0]["pair"].together == 10
    assert [one["first"].sku for one in client.get(f"{PAGE}?q=paper&sort=lift").context["pairs"]] == ["paper", "paper"]
    assert "没有符合条件的组合" in client.get(f"{PAGE}?lift=3").content.decode()
    assert (
        "No pair fits these filters" in client.get(f"{PAGE}?lift=3", headers={"accept-language": "en"}).content.decode()
    )
    assert client.get(f"{PAGE}?together=x&lift=-1&sort=%00&q=%25").status_code == 200
    assert client.get(f"{PAGE}?after=broken").status_code == 422


def test_who_bought_one_and_not_the_other_is_listed_to_each_their_own(client):
    ana, max_ = make_user("ana"), make_user("max")
    hers, his = make_customer("Ana's", owner=ana), make_customer("Max's", owner=max_)
    both = make_customer("Both", owner=ana)
    for one in (hers, his, both):
        order(one, DAY, "pen")
    order(both, DAY, "ink")
    order(hers, DAY, "ink", quantity=-1)  # given back: not bought
    for user, names in ((ana, ["Ana's"]), (max_, ["Max's"])):
        client.force_login(user)
        lines = client.get("/customers/?bought=pen&not_bought=ink").context["lines"]
        assert [line.name for line in lines] == names


def test_the_product_page_tells_what_is_bought_together(client):
    a_firm_of_pens()
    run("associations")
    pair = ProductPair.objects.get(together=10)
    client.force_login(make_user("ada"))
    page = client.get(reverse("commerce:product", args=[pair.then_id])).content.decode()
    assert "常一起购买" in page
    assert "bought=pen&amp;not_bought=ink" in page
    client.force_login(make_user("clerk", may=["commerce.view_product"]))
    assert "常一起购买" not in client.get(reverse("commerce:product", args=[pair.then_id])).content.decode()


def four_tastes():
    """Each of 96 customers keeps to six products of their taste: bought three, and in the last 90 days a fourth."""
    made = [Customer(kind="person", name=f"C{number:02}") for number in range(96)]
    made = sorted(Customer.objects.bulk_create(made), key=lambda one: one.name)
    rows = []
    for number, one in enumerate(made):
        own = [f"{number % 4}-{(number // 4 + step) % 6}" for step in range(4)]
        rows += [(one, AS_OF - timedelta(days=200), own[:3]), (one, AS_OF - timedelta(days=30), own[3:])]
    write_orders(rows)
    return made


def test_offers_are_of_ones_own_taste_and_say_why(client):
    made = four_tastes()
    found = run("offers")
    assert (found.status, found.customers, found.card["tried"]) == ("done", 96, 96)
    assert found.card["precision"] == 0.1  # of ten offers the one that was bought
    assert found.card["popularity_precision"] < 0.06
    gain, low, high = found.card["gain"]
    assert 0.03 < low < gain < high < 0.1
    offers = CustomerOffer.objects.filter(customer=made[1]).order_by("place")
    assert [one.place for one in offers] == [1, 2]  # the two of their taste that they have not bought
    assert all(one.product.sku.startswith("1-") for one in offers)
    first = offers[0].evidence[0]
    assert (first["bought"], first["both"]) == (16, 12)
    alike = CustomerAlike.objects.filter(customer=made[1]).order_by("place").values_list("likeness", "shared")
    assert list(alike) == [(1.0, 4), (1.0, 4), (1.0, 4), (0.75, 3), (0.75, 3)]
    client.force_login(make_user("ada"))
    told = client.get(f"/api/customers/{made[1].pk}/offers").json()
    assert (told["run"]["id"], [one["place"] for one in told["offers"]]) == (found.id, [1, 2])
    alike = client.get(f"/api/customers/{made[1].pk}/alike").json()["rows"]
    assert [(one["likeness"], one["shared"]) for one in alike] == [(1.0, 4), (1.0, 4), (1.0, 4), (0.75, 3), (0.75, 3)]
    page = client.get(f"/customers/{made[1].pk}/").content.decode()
    assert "推荐产品" in page
    assert "位客户两样都买" in page
    assert "相似客户" in page
    rail = client.get(PAGE).content.decode()
    assert "95% 区间" not in rail  # no pairs in use, no page of them
    run("associations")
    rail = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert f"{100 * gain:.1f} more hit than of popular products (95 % interval" in rail


def test_offers_that_are_no_better_than_what_is_popular_are_refused():
    made = Customer.objects.bulk_create([Customer(kind="person", name=f"C{number}") for number in range(40)])
    rows = [(one, AS_OF - timedelta(days=200), [f"own{number}"]) for number, one in enumerate(made)]
    rows += [(one, AS_OF - timedelta(days=200 if number < 5 else 30), ["bag"]) for number, one in enumerate(made)]
    write_orders(rows)
    found = run("offers")
    assert (found.status, found.in_use, CustomerOffer.objects.count()) == ("refused", False, 0)
    assert found.card["popularity_precision"] == 0.1
    assert "热销产品" in found.problem
    assert "95% 区间" in found.problem
    assert found.card["gain"] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("fill", "problem"),
    [
        (lambda: None, "没有任何购买"),
        (lambda: order(make_customer("one"), DAY, "pen"), "只有 0 位客户"),
    ],
)
def test_too_little_to_learn_from_is_said(fill, problem):
    fill()
    found = run("offers")
    assert found.status == "refused"
    assert problem in found.problem


def test_one_product_of_one_customer_has_no_pairs_and_the_page_says_so(client):
    order(make_customer("one"), DAY, "pen")
    assert (run("associations").status, ProductPair.objects.count()) == ("done", 0)
    client.force_login(make_user("ada"))
    assert "还没有足够常见的组合" in client.get(PAGE).content.decode()


def test_before_the_first_run_the_page_says_what_to_do(client):
    client.force_login(make_user("ada"))
    assert "模型还没有运行过" in client.get(PAGE).content.decode()
    assert run("associations").status == "refused"
    assert "请先导入订单" in client.get(PAGE).content.decode()


def test_who_is_erased_leaves_no_offers_behind():
    made = four_tastes()
    run("offers")
    alike = CustomerAlike.objects.filter(other=made[1]).count()
    assert alike > 0
    made[1].delete()
    assert not CustomerOffer.objects.filter(customer_id=made[1].pk).exists()
    assert not CustomerAlike.objects.filter(other_id=made[1].pk).exists()
    assert ModelRun.objects.get(analysis="offers").status == "done"


def test_who_may(client):
    a_firm_of_pens()
    run("associations")
    for login, status in (("ana", 200), ("li", 200), ("vic", 200), ("ada", 200)):
        client.force_login(make_user(login))
        assert (login, client.get(PAGE).status_code) == (login, status)
    client.force_login(make_user("clerk", may=["customers.view_customer"]))
    assert client.get(PAGE).status_code == 403
    assert client.get("/api/associations").status_code == 403
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert client.get("/api/associations").status_code == 401


def test_the_api_gives_pairs_page_by_page_and_offers_to_who_may_see_the_customer(client):
    a_firm_of_pens()
    run("associations")
    client.force_login(make_user("ada"))
    first = client.get("/api/associations?limit=2").json()
    assert [(one["first"]["sku"], one["together"], one["lift"]) for one in first["rows"]] == [
        ("ink", 10, 2.0),
        ("paper", 8, 2.0),
    ]
    second = client.get(f"/api/associations?limit=2&after={first['next']}").json()
    assert (len(second["rows"]), second["next"]) == (1, None)
    customer = make_customer("Max's", owner=make_user("max"))
    assert client.get(f"/api/customers/{customer.pk}/offers").json() == {
        "customer_id": customer.pk, "as_of": None, "run": None, "offers": [],
    }  # fmt: skip
    assert (first["run"]["analysis"], first["run"]["as_of"]) == ("associations", AS_OF.isoformat())
    (three,) = client.get("/api/associations/bundles").json()["rows"]
    assert ([one["sku"] for one in three["products"]][2], three["together"]) == ("paper", 8)
    assert client.get(f"/api/customers/{customer.pk}/alike").json() == {"customer_id": customer.pk, "rows": []}
    client.force_login(make_user("ana"))
    assert client.get(f"/api/customers/{customer.pk}/offers").status_code == 404
    assert client.get(f"/api/customers/{customer.pk}/alike").status_code == 404
