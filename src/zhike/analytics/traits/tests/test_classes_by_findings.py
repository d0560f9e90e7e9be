"""Rules ask for what models found: in runs, at once and in counts alike, and only of the runs in use."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM, get_organisation
from zhike.analytics.models import CustomerChurn, CustomerOffer, CustomerValue, ModelRun
from zhike.analytics.runs.actions import put_in_use
from zhike.classification.public import get_store
from zhike.classification.testing import buy_ago, class_keys, classify_as_of, make_rule_scheme
from zhike.commerce.testing import make_order
from zhike.customers.public import change_customer
from zhike.customers.testing import make_customer
from zhike.engine.public import count_rule, find_members, rule_from_json
from zhike.kit.clock import local_day

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
RULES = {
    "gone": {"trait": "p_alive", "op": "lt", "value": 50},
    "promising": {"all": [{"trait": "potential", "op": "ge", "value": 100_000}, {"trait": "clv", "op": "is_set"}]},
    "tempted": {"trait": "next_category", "op": "has_any", "value": ["显卡"]},
}


def made_run(analysis: str, *, in_use: bool = True) -> ModelRun:
    return ModelRun.objects.create(
        analysis=analysis, version="1", status="done", kept=True, in_use=in_use, as_of=date(2026, 7, 1), created_at=AT,
        finished_at=AT, card={},
    )  # fmt: skip


def value(run: ModelRun, customer, p_alive: float | None, clv: int | None, potential: int | None) -> None:
    CustomerValue.objects.create(
        run=run, customer=customer, purchase_days=1, last_day=date(2026, 6, 1), p_alive=p_alive, expected=1.0, clv=clv,
        past=1, past_year=1, potential=potential,
    )  # fmt: skip


def findings() -> dict[int, tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM analytics_finding")
        return {row[0]: row[1:] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_a_customer_has_one_row_of_the_runs_in_use():
    one, other = make_customer("one"), make_customer("other")
    value(made_run("value"), one, 0.366, 5_000, 7_000)
    value(made_run("value", in_use=False), other, 0.9, 1, 1)
    CustomerChurn.objects.create(run=made_run("churn"), customer=other, chance=0.125, value=1, at_stake=1)
    order = make_order(customer=one, lines=[("GPU-1", "1", "10"), ("LCD-9", "1", "5")])
    offers = made_run("offers")
    for place, line in enumerate(order.lines.select_related("product").order_by("-position"), start=1):
        line.product.category = "显卡"
        line.product.save()
        CustomerOffer.objects.create(run=offers, customer=other, place=place, product=line.product, score=1.0)
    assert findings() == {
        one.id: (5_000, 37, None, 7_000, None, None),
        other.id: (None, None, 13, None, ["LCD-9", "GPU-1"], ["显卡"]),
    }


@pytest.mark.django_db(transaction=True)
def test_classes_follow_the_run_that_is_put_in_use_and_ways_to_ask_agree():
    people = {name: make_customer(name) for name in ("a", "b", "c")}
    today = local_day(now(), get_organisation().time_zone)
    for one in people.values():
        buy_ago(one, today, {10: 100})
    first, second = made_run("value"), made_run("value", in_use=False)
    value(first, people["a"], 0.49, 1, 1)
    value(first, people["b"], 0.5, 1, 100_000)
    value(second, people["c"], 0.1, 1, 1)
    make_rule_scheme("outlook", RULES)
    classify_as_of(today)
    assert class_keys("outlook") == {"a": "gone", "b": "promising"}
    gone = rule_from_json({"version": 2, "rule": RULES["gone"]})
    asked = [find_members(get_store(), gone, engine=one) for one in ("duckdb", "postgres")]
    assert asked == [[people["a"].id]] * 2
    assert count_rule(get_store(), gone).count == 1
    put_in_use(run_id=second.id, by=SYSTEM, at=now())
    change_customer(customer_id=people["b"].id, industry="steel", by=SYSTEM, at=now())
    assert class_keys("outlook") == {"a": "gone"}  # judged at once: the run in use says nothing of b
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'classification.run'")
        assert cursor.fetchone()[0] >= 1
    classify_as_of(today)
    assert class_keys("outlook") == {"c": "gone"}
