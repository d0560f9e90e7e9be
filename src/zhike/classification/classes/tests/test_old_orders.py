"""A firm that tries old data reads why nearly everybody is lost, and sees its classes as of then with one click."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from zhike.accounts.testing import make_user
from zhike.classification.classes.old_orders import OLD_DAYS, find_old_orders
from zhike.classification.models import Assignment, CustomerClass, Simulation
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db


def order(number, *, days_ago):
    make_order(
        number, customer=make_customer(number), lines=[("A", "1", "10")], ordered_at=now() - timedelta(days=days_ago)
    )


@pytest.mark.parametrize(("days", "told"), [(OLD_DAYS - 1, False), (OLD_DAYS + 2, True)])
def test_it_is_told_once_the_newest_order_is_long_ago(days, told):
    order("SO-1", days_ago=days), order("SO-0", days_ago=900)
    found = find_old_orders(at=now())
    assert (found is not None) == told
    if found:
        assert found.as_of - found.newest == timedelta(days=1)


def test_without_orders_nothing_is_told():
    assert find_old_orders(at=now()) is None


def test_the_workbench_and_the_classes_say_so_and_lead_on(client):
    install_built_in_schemes()
    order("SO-1", days_ago=400)
    lost = CustomerClass.objects.get(scheme__key="lifecycle", key="lost")
    Assignment.objects.create(
        customer=make_customer(), scheme_id=lost.scheme_id, to_class=lost, valid_from=now(), rule_version=1,
        source=Assignment.Source.RULE,
    )  # fmt: skip
    client.force_login(make_user("ada"))
    for address in ("/workbench/old_orders/", "/classes/lifecycle/?counted=1"):
        page = client.get(address, headers={"accept-language": "en"}).text
        assert "Classes are computed as of today, so nearly everybody counts as lost." in page
        assert 'action="/settings/schemes/lifecycle/simulations/"' in page
    found = find_old_orders(at=now())
    sent = {"after": "1", "before": "0", "as_of": found.as_of.isoformat(), "months": "12"}
    assert client.post("/settings/schemes/lifecycle/simulations/", sent).status_code == 302
    assert list(Simulation.objects.values_list("as_of", "before_number")) == [(found.as_of, None)]


def test_who_may_not_simulate_reads_who_can(client):
    install_built_in_schemes()
    order("SO-1", days_ago=400)
    client.force_login(make_user("vic"))
    page = client.get("/workbench/old_orders/", headers={"accept-language": "en"}).text
    assert "Who may simulate types can show them as of then." in page
    assert "/simulations/" not in page
