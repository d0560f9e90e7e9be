import pytest

from zhike.customers.listing.actions import refresh_listing
from zhike.customers.models import Customer, Listing
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
EVERYONE = "SELECT id FROM customers_customer"


def rows() -> list[dict[str, object]]:
    return list(Listing.objects.order_by("customer_id").values())


@pytest.fixture
def people():
    make_customer(
        "澜图 Robotics", phones=["13812341234", "13900005678"], emails=["a@b.cn"], place="江苏苏州", tags=["VIP"]
    )
    make_customer("张三", kind="person")


def test_rebuilding_everything_gives_what_each_change_gave(people):
    before = rows()
    assert before[0]["tokens"] == ["robotics", "澜", "澜图", "lantu", "1234", "5678"]
    Listing.objects.all().delete()
    assert refresh_listing(select_ids=EVERYONE) == 2
    assert rows() == before


def test_refreshing_again_changes_nothing(people):
    assert refresh_listing(select_ids=EVERYONE) == 0


def test_what_others_compute_stays(people):
    Listing.objects.update(value=5, frequency=2, classes=[1, 2])
    Customer.objects.update(tags=["new"])
    assert refresh_listing(select_ids=EVERYONE) == 2
    assert {(row["value"], row["frequency"], tuple(row["classes"]), tuple(row["tags"])) for row in rows()} == {
        (5, 2, (1, 2), ("new",))
    }


def test_a_renamed_customer_is_found_by_the_new_name_only(people):
    Customer.objects.filter(name="张三").update(name="李四")
    assert refresh_listing(select_ids="SELECT id FROM customers_customer WHERE name = %s", params=["李四"]) == 1
    assert Listing.objects.get(name="李四").tokens == ["李", "李四", "lisi"]
