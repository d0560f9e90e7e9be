"""Products are written down, mended and removed by hand."""

import pytest
from django.apps import apps

from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.commerce.errors import ProductExists, ProductSold, ProductWrong
from zhike.commerce.models import Product
from zhike.commerce.products.actions import change_product, create_product, remove_product
from zhike.commerce.testing import NOON, make_order
from zhike.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db
OrderLine = apps.get_model("commerce", "OrderLine")
WHO = {"by": SYSTEM, "at": NOON}


def products():
    return list(Product.objects.order_by("sku").values_list("sku", "name", "category"))


def test_a_product_is_made_mended_and_removed_and_the_trail_tells():
    one = create_product(sku=" K-1 ", name="Mug  red", category="杯", **WHO)
    two = create_product(sku="K-2", **WHO)
    assert products() == [("K-1", "Mug red", "杯"), ("K-2", "K-2", "")]
    change_product(product_id=one.id, name="Mug red", category=" 杯子 ", **WHO)
    change_product(product_id=one.id, name="Mug red", category="杯子", **WHO)  # nothing is another: nothing to tell
    remove_product(product_id=two.id, **WHO)
    assert products() == [("K-1", "Mug red", "杯子")]
    assert recorded("ProductCreated", "ProductChanged", "ProductRemoved") == [
        ("ProductCreated", {"product_id": one.id, "sku": "K-1", "name": "Mug red", "category": "杯"}),
        ("ProductCreated", {"product_id": two.id, "sku": "K-2", "name": "K-2", "category": ""}),
        ("ProductChanged", {
            "product_id": one.id, "sku": "K-1", "before": {"category": "杯"}, "after": {"category": "杯子"},
        }),
        ("ProductRemoved", {"product_id": two.id, "sku": "K-2", "name": "K-2", "category": ""}),
    ]  # fmt: skip


def test_what_does_not_fit_is_refused_and_changes_nothing():
    make_order(lines=[("K-1", "1", "2")])
    make_order("DD-2", lines=[("K-1", "1", "2")])
    one, before = Product.objects.get(), products()
    with pytest.raises(ProductExists):
        create_product(sku="K-1", name="Other", **WHO)
    with pytest.raises(ProductWrong):
        create_product(sku="  ", **WHO)
    with pytest.raises(ProductWrong):
        change_product(product_id=one.id, name=" ", category="x", **WHO)
    with pytest.raises(ProductSold, match=r"K-1 .*2 "):
        remove_product(product_id=one.id, **WHO)
    assert products() == before
    assert recorded("ProductCreated", "ProductChanged", "ProductRemoved") == []


def test_who_may_change_products_over_the_api(client):
    def send(method, path, body=None):
        answer = getattr(client, method)(f"/api/products{path}", body, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    for login in ("vic", "ana"):
        client.force_login(make_user(login))
        assert send("post", "", {"sku": "K-1"})[0] == 403
    client.force_login(make_user("li"))
    status, made = send("post", "", {"sku": "K-1"})
    assert (status, made) == (201, {"id": made["id"], "sku": "K-1", "name": "K-1", "category": ""})
    assert send("post", "", {"sku": "K-1"})[1]["code"] == "commerce.product_exists"
    assert send("put", f"/{made['id']}", {"name": "Mug", "category": "杯"}) == (
        200,
        {**made, "name": "Mug", "category": "杯"},
    )
    assert send("put", f"/{made['id']}", {"name": ""})[0] == 422
    assert send("put", "/999999", {"name": "x"})[0] == 404
    make_order(lines=[("K-1", "1", "2")])
    status, told = send("delete", f"/{made['id']}")
    assert (status, told["code"], told["facts"]) == (409, "commerce.product_sold", {"name": "Mug", "orders": 1})
    OrderLine.objects.all().delete()
    assert send("delete", f"/{made['id']}") == (204, None)
    assert products() == []


def test_the_pages_make_mend_and_remove_a_product(client):
    client.force_login(make_user("li"))
    Product.objects.create(sku="K-0", name="Cup", category="杯子")
    page = client.get("/products/new/").text
    assert '<option value="杯子">' in page
    wrong = client.post("/products/new/", {"sku": "K-0", "name": "Kept words", "category": "新的"})
    assert wrong.status_code == 422
    assert all(one in wrong.text for one in ("Kept words", "新的", "已有编号为 K-0 的产品"))
    answer = client.post("/products/new/", {"sku": "K-1", "name": "", "category": "杯子"})
    one = Product.objects.get(sku="K-1")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/products/{one.id}/")
    page = client.get(f"/products/{one.id}/").text
    assert f"/products/{one.id}/edit/" in page
    assert f"/products/{one.id}/remove/" in page
    assert client.post(f"/products/{one.id}/edit/", {"name": " ", "category": "x"}).status_code == 422
    assert client.post(f"/products/{one.id}/edit/", {"name": "Mug", "category": "碗"}).status_code == 302
    assert products()[1] == ("K-1", "Mug", "碗")
    make_order(lines=[("K-1", "1", "2")])
    assert f"/products/{one.id}/remove/" not in client.get(f"/products/{one.id}/").text
    told = client.post(f"/products/{one.id}/remove/", follow=True).text
    assert "Mug 出现在 1 张订单里，不能移除" in told
    OrderLine.objects.all().delete()
    assert client.post(f"/products/{one.id}/remove/").headers["Location"] == "/products/"
    assert len(products()) == 1
    client.force_login(make_user("vic"))
    kept = Product.objects.get()
    page = client.get(f"/products/{kept.id}/").text
    assert "/edit/" not in page
    assert "/remove/" not in page
    for path in ("new/", f"{kept.id}/edit/", f"{kept.id}/remove/"):
        assert client.post(f"/products/{path}", {"name": "x", "sku": "y"}).status_code == 403
    assert products() == [("K-0", "Cup", "杯子")]
