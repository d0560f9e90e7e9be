import pytest
from django.db import DatabaseError, transaction

from zhike.customers.activity.actions import add_facts_from
from zhike.customers.models import Fact
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
SELECT = """
SELECT c.id, 'visit', now(), '', NULL::bigint, '', NULL::numeric, '', NULL::bigint, NULL::jsonb, %s || ':' || c.id
FROM customers_customer c
"""


def test_facts_of_many_customers_are_added_once_per_key():
    make_customer("A")
    make_customer("B")
    assert add_facts_from(select=SELECT, params=["door"]) == 2
    assert add_facts_from(select=SELECT, params=["door"]) == 0
    assert Fact.objects.count() == 2


def test_a_fact_is_never_changed():
    make_customer("A")
    add_facts_from(select=SELECT, params=["door"])
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        Fact.objects.update(kind="other")
    assert Fact.objects.get().kind == "visit"
