"""Priority and strategic customers: on wish, with thresholds that one may change, and the reasons in words."""

import pytest
from django.utils.timezone import localdate, now

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.errors import CutsOutOfOrder, NumberWrong, ScoresOutOfOrder
from zhike.classification.models import Scheme, SchemeVersion
from zhike.classification.schemes import actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.testing import buy_ago, class_keys, classify_as_of
from zhike.customers.testing import make_customer

WHO = {"by": SYSTEM}


@pytest.mark.django_db(transaction=True)
def test_put_in_force_they_sort_and_say_why(client):
    today = localdate()
    for name, days in {"big": {10: 90_000_00, 400: 50_000_00}, "small": {20: 40_000_00}, "rare": {900: 1_00}}.items():
        buy_ago(make_customer(name), today, days)
    make_customer("never")
    install_built_in_schemes()
    assert {one.status for one in Scheme.objects.filter(key__in=("customer_priority", "strategic"))} == {"draft"}
    for key in ("customer_priority", "strategic"):
        actions.put_draft_in_force(key=key, by=SYSTEM, at=now())
    classify_as_of(today)
    assert class_keys("strategic") == {"big": "strategic", "small": "key", "rare": "ordinary"}
    assert class_keys("customer_priority") == {"big": "A", "small": "B", "rare": "C", "never": "C"}
    client.force_login(make_user("ada"))
    big = Scheme.objects.get(key="strategic").classes.get(key="strategic")
    assert client.get("/settings/schemes/customer_priority/").status_code == 200
    assert client.get("/settings/schemes/strategic/").status_code == 200
    held = client.get(f"/api/customers/{_id('big')}/classes").json()["current"]
    why = {one["scheme"]: [(line["label"], line["value"]) for line in one["reasons"]] for one in held}
    assert next(one for one in held if one["scheme"] == "strategic")["class_id"] == big.id
    assert ("增长", "+80%") in why["strategic"] or ("Growth", "+80%") in why["strategic"]
    assert len(why["customer_priority"]) >= 4


def _id(name):
    from zhike.customers.public import Customer

    return Customer.objects.get(name=name).id


@pytest.mark.django_db
def test_thresholds_are_changed_on_the_page_and_wrong_ones_are_refused(client):
    install_built_in_schemes()
    client.force_login(make_user("ada"))
    page = client.get("/settings/schemes/customer_priority/")
    form = page.context["form"]
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    assert client.post("/settings/schemes/customer_priority/", {**given, "weight_urgency": 60}).status_code == 302
    draft = SchemeVersion.objects.get(scheme__key="customer_priority")
    assert draft.parameters["weights"] == {"value": 50, "urgency": 60, "relationship": 20}
    assert draft.parameters["points"]["at_risk"] == 60
    for key, wrong, refusal in (
        ("customer_priority", {"cuts": [10, 20, 30]}, ScoresOutOfOrder),
        ("customer_priority", {"weights": {"value": 0, "urgency": 0, "relationship": 0}}, NumberWrong),
        ("customer_priority", {"points": {"at_risk": 101}}, NumberWrong),
        ("strategic", {"cuts": ["0.9", "0.5"]}, CutsOutOfOrder),
        ("strategic", {"growth_percent": -1}, NumberWrong),
    ):
        with pytest.raises(refusal):
            actions.save_draft(key=key, parameters=wrong, by=SYSTEM, at=now())
    draft.refresh_from_db()
    assert draft.parameters["cuts"] == [70, 50, 30]
