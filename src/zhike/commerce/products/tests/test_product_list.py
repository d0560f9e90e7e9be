"""The list of products: what its address asks for."""

import pytest

from zhike.accounts.testing import make_user
from zhike.commerce.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    client.force_login(make_user("ada"))
    for sku, name, category in (
        ("P3", "茶壶", "茶具"),
        ("P1", "茶杯", "茶具"),
        ("P2", "冰箱", "家电"),
        ("P4", "杂项", ""),
    ):
        Product.objects.create(sku=sku, name=name, category=category)
    return client


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", ["P1", "P2", "P3", "P4"]),
        ("?sort=-sku", ["P4", "P3", "P2", "P1"]),
        ("?sort=category", ["P4", "P2", "P1", "P3"]),
        ("?q=茶", ["P1", "P3"]),
        ("?q=p2", ["P2"]),
        ("?category=茶具", ["P1", "P3"]),
        ("?uncategorised=1", ["P4"]),
        ("?category=没有这类", ["P1", "P2", "P3", "P4"]),
    ],
)
def test_the_address_says_which_products_and_in_what_order(ada, address, found):
    page = ada.get(f"/products/{address}")
    assert sorted(one.sku for one in page.context["page"].rows) == sorted(found)
    if "category" not in address:
        assert [one.sku for one in page.context["page"].rows] == found


def test_the_list_says_how_many_and_a_filter_that_means_nothing_is_told(ada):
    page = ada.get("/products/?category=没有这类")
    assert page.context["count"] == "4 个产品"
    assert "“没有这类”不是有效的“类别”，已忽略这个条件。" in page.text
    assert [one.value for one in ada.get("/products/?category=茶具").context["chips"]] == ["茶具"]
    assert '<option value="家电">家电</option>' in ada.get("/products/filters/").text
