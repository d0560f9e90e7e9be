"""What the page of a customer says of their value: only from the run in use, with its day, in one query."""

from datetime import UTC, date, datetime

import pytest

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.analytics.models import CustomerValue, ModelRun
from zhike.analytics.value_model.panels import load_value, say_alive, say_interval
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)


def made_value(customer, *, in_use: bool = True, **fields: object) -> CustomerValue:
    run = ModelRun.objects.create(
        analysis="value", version="1", status="done", kept=True, in_use=in_use, as_of=date(2026, 7, 1), created_at=AT,
        finished_at=AT, card={"currency": "CNY", "horizon_days": 365},
    )  # fmt: skip
    given = {"purchase_days": 4, "last_day": date(2026, 6, 1), "p_alive": 0.87, "expected": 3.2, "clv": 123_456}
    given |= {"clv_low": 12_345, "clv_high": 234_567, "past": 500_000, "past_year": 90_000, "potential": 150_000}
    return CustomerValue.objects.create(run=run, customer=customer, alike=20, **(given | fields))


def test_the_page_tells_value_chance_and_potential_with_the_day(client):
    customer = make_customer()
    made_value(customer)
    client.force_login(make_user("ada"))
    page = client.get(f"/customers/{customer.id}/").content.decode()
    for words in (
        "未来 12 个月的价值", "¥1,230", "八成可能在 ¥123 至 ¥2,350 之间", "87%", "很可能仍是我们的客户", "¥1,500",
        "若达到 20 位相似客户中前四分之一的水平", "近 365 天 ¥900", "截至",
    ):  # fmt: skip
        assert words in page


def test_nothing_without_a_run_in_use_and_one_query(django_assert_num_queries):
    customer, actor = make_customer(), make_cast_actor("ada")
    made_value(customer, in_use=False)
    with django_assert_num_queries(1):
        assert load_value(customer, actor) is None


def test_words_for_chances_and_for_nothing():
    said = [say_alive(one) for one in (None, 0.9, 0.8, 0.5, 0.2, 0.19)]
    assert said == [
        "只买过一次，还无法判断", "很可能仍是我们的客户", "很可能仍是我们的客户", "多半仍是我们的客户", "多半已经流失",
        "很可能已经流失",
    ]  # fmt: skip
    assert say_interval(CustomerValue(clv_low=0, clv_high=0), "CNY") == "很可能不再购买"
    assert say_interval(CustomerValue(), "CNY") == ""
    assert say_interval(CustomerValue(clv=900, clv_low=0, clv_high=800), "CNY") == "取平均；九成可能不超过 ¥8"
