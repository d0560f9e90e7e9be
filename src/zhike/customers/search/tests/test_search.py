import pytest

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.customers.models import Listing
from zhike.customers.search.queries import find_customers
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make_customer(
        "苏州澜图精密机械有限公司", phones=["13812341234"], emails=["fin@lantu.example"], external_ids={"erp": "K-1001"}
    )
    make_customer("曾国藩", kind="person", phones=["+44 20 7946 0958"])
    make_customer("吕布", kind="person")
    make_customer("Meridian Robotics GmbH")
    make_customer("张三", kind="person", external_ids={"shop": "12346"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("澜图", ["苏州澜图精密机械有限公司"]),
        ("澜图精密", ["苏州澜图精密机械有限公司"]),
        ("州图", []),
        ("suzhoulan", ["苏州澜图精密机械有限公司"]),
        ("su zhou", ["苏州澜图精密机械有限公司"]),
        ("lantu", ["苏州澜图精密机械有限公司"]),
        ("lantujingm", ["苏州澜图精密机械有限公司"]),
        ("jing mi", ["苏州澜图精密机械有限公司"]),
        ("tusuzhou", []),
        ("guofan", ["曾国藩"]),
        ("szlt", ["苏州澜图精密机械有限公司"]),
        ("1381234", ["苏州澜图精密机械有限公司"]),
        ("138 1234 1234", ["苏州澜图精密机械有限公司"]),
        ("+8613812341234", ["苏州澜图精密机械有限公司"]),
        ("1234", ["苏州澜图精密机械有限公司"]),
        ("fin@lantu", ["苏州澜图精密机械有限公司"]),
        ("k-1001", ["苏州澜图精密机械有限公司"]),
        ("zeng", ["曾国藩"]),
        ("zgf", ["曾国藩"]),
        ("曾", ["曾国藩"]),
        ("+442079", ["曾国藩"]),
        ("lvbu", ["吕布"]),
        ("lubu", ["吕布"]),
        ("robotics", ["Meridian Robotics GmbH"]),
        ("ＭＥＲＩＤＩＡＮ", ["Meridian Robotics GmbH"]),
        ("12346", ["张三"]),
        ("%", []),
        ("'; DROP TABLE customers_listing", []),
        ("😀", []),
        ("\x00", 5),
    ],
)
def test_one_box_finds_by_whatever_is_typed(people, text, found):
    rows = find_customers(text=text, actor=make_cast_actor("ada"))
    assert len(rows) == found if isinstance(found, int) else [row.name for row in rows] == found


def test_the_most_valuable_come_first():
    first, second = make_customer("张一").id, make_customer("张二").id
    Listing.objects.filter(customer_id=second).update(value=100)
    assert [row.customer_id for row in find_customers(text="zhang", actor=make_cast_actor("ada"))] == [second, first]


def test_search_finds_only_what_one_may_see(client, people):
    make_customer("澜图子公司", owner=make_user("ana"))
    client.force_login(make_user("ana"))
    page = client.get("/search/?q=澜图").text
    assert "澜图子公司" in page
    assert "苏州澜图精密" not in page


def test_the_palette_gets_only_what_was_found(client, people):
    client.force_login(make_user("ada"))
    part = client.get("/search/?q=zeng", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'role="option"' in part
    assert "曾国藩" in part
    assert client.get("/search/?q=", headers={"HX-Request": "true"}).text.strip() == ""


def test_nothing_found_says_what_to_try(client):
    client.cookies["zhike_language"] = "en"
    client.force_login(make_user("ada"))
    assert "Nothing found" in client.get("/search/?q=nobody").text


def test_a_search_asks_few_queries(client, people, django_assert_max_num_queries):
    client.force_login(make_user("ada"))
    with django_assert_max_num_queries(7):  # one of them reads the custom fields, once a second at most
        part = client.get("/search/?q=lantu", headers={"HX-Request": "true"}).text
    assert "苏州澜图精密机械有限公司" in part
