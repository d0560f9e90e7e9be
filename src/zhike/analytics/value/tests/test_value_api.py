"""Programs read how revenue is spread and who will bring the most; examples in the description are true to it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from ninja import Schema

from zhike.accounts.testing import make_user
from zhike.analytics.answers import RUN, RunHead
from zhike.analytics.associations import api as associations
from zhike.analytics.churn import api as churn
from zhike.analytics.models import CustomerValue, ModelRun
from zhike.analytics.retention import schemas as retention
from zhike.analytics.value import schemas as value
from zhike.analytics.value_model import api as value_model
from zhike.classification.public import install_built_in_schemes
from zhike.classification.testing import buy
from zhike.customers.testing import make_customer

from .test_value_page import run as run_concentration

DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 2, tzinfo=UTC)


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(make_user(login))
    return client


@pytest.mark.django_db(transaction=True)
def test_concentration_is_what_the_page_shows_and_for_who_may_see_everybody():
    li = signed_in("li")
    install_built_in_schemes()
    first, second = make_customer("Anna"), make_customer("Bo")
    buy(first, date(2025, 1, 5), 900_00)
    buy(first, date(2026, 2, 20), 300_00)
    buy(second, date(2026, 2, 1), 100_00)
    ada = signed_in("ada")
    assert ada.get("/api/value").json()["code"] == "analytics.nothing_run_yet"
    made = run_concentration()
    assert (made.status, made.problem, made.in_use) == ("done", "", True)
    found = ada.get("/api/value").json()
    assert (found["run"]["id"], found["run"]["as_of"], found["run"]["version"]) == (made.id, "2026-03-10", "1")
    assert (found["window"], found["customers"], found["amount"], found["currency"]) == ("year", 2, 400_00, "CNY")
    assert [one["share"] for one in found["top"]] == [0.75] * 4
    assert len(found["curve"]) == 101
    assert found["tiers"]["months"][-1]["month"] == "2026-03-01"
    assert found["hindsight"]["identified"] is False
    assert ada.get("/api/value?window=ever").json()["amount"] == 1300_00
    assert ada.get("/api/value?window=decade").status_code == 422
    answer = li.get("/api/value")
    assert (answer.status_code, answer.json()["code"]) == (403, "analytics.figures_of_everybody")
    assert signed_in("clerk").get("/api/value").status_code == 403


@pytest.mark.django_db
def test_customers_by_value_go_by_key_and_everybody_sees_their_own():
    ada, ana = signed_in("ada"), signed_in("ana")
    assert ada.get("/api/value/customers").json() == {"rows": [], "next": None, "run": None}
    made = ModelRun.objects.create(
        analysis="value", version="1", status="done", kept=True, in_use=True, as_of=DAY, created_at=AT,
        first_day=date(2025, 1, 5), last_day=date(2026, 2, 20), card={"currency": "CNY", "horizon_days": 365},
    )  # fmt: skip
    hers = make_customer("Hers")
    people = [hers, *(make_customer(f"C{number}") for number in range(3))]
    for place, one in enumerate(people):
        CustomerValue.objects.create(
            run=made, customer=one, purchase_days=2, last_day=DAY, expected=1.0, past=1, past_year=1,
            clv=None if place == 3 else 100 + place % 2,
        )  # fmt: skip
    seen, after = [], ""
    while after is not None:
        answer = ada.get(f"/api/value/customers?limit=1&after={after}").json()
        assert answer["run"]["last_day"] == "2026-02-20"
        seen += [(one["customer_id"], one["clv"]) for one in answer["rows"]]
        after = answer["next"]
    assert seen == [(people[1].pk, 101), (people[2].pk, 100), (people[0].pk, 100)]  # unknown value: not in the list
    assert ana.get("/api/value/customers").json()["rows"] == []
    assert ada.get("/api/value/customers?after=broken").status_code == 422


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (RunHead, RUN),
        (value.ConcentrationOut, value.EXAMPLE),
        (value_model.ValueOut, value_model.EXAMPLE),
        (retention.RetentionOut, retention.EXAMPLE),
        (churn.ChurnOut, churn.EXAMPLE),
        (associations.PairOut, associations.PAIR),
        (associations.OfferOut, associations.OFFERED),
    ],
)
def test_examples_have_every_field_and_no_other(schema: type[Schema], example: dict[str, Any]):
    assert schema.model_validate(example).model_dump(mode="json") == example
