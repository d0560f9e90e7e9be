"""What the database itself refuses, whoever writes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from zhike.classification.models import Assignment, CustomerClass, Scheme
from zhike.customers.testing import make_customer

T = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def hand():
    scheme = Scheme.objects.create(key="hand", name_en="Hand", kind="hand", status="active", version=1)
    return CustomerClass.objects.create(scheme=scheme, key="vip", name_en="VIP")


def put(customer, one, start, end=None):
    return Assignment.objects.create(
        customer=customer, scheme=one.scheme, to_class=one, valid_from=start, valid_to=end, rule_version=1, source=3
    )


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_at_once_leave_one_open_class(hand):
    customer = make_customer()

    def write(number):
        try:
            put(customer, hand, T + timedelta(hours=number))
        except IntegrityError:
            return 0
        else:
            return 1
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(write, range(50))) == 1
    assert Assignment.objects.filter(customer=customer, valid_to=None).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end"),
    [(1, 5), (0, 3), (2, 9), (4, None), (0, None)],
    ids=["same", "overlaps its start", "overlaps its end", "open inside", "open before"],
)
def test_overlapping_history_is_refused(hand, start, end):
    customer = make_customer()
    put(customer, hand, T + timedelta(days=1), T + timedelta(days=5))
    with pytest.raises(IntegrityError), transaction.atomic():
        put(customer, hand, T + timedelta(days=start), T + timedelta(days=end) if end else None)
    assert Assignment.objects.count() == 1


@pytest.mark.django_db
def test_an_interval_that_ends_before_it_begins_is_refused(hand):
    with pytest.raises(IntegrityError), transaction.atomic():
        put(make_customer(), hand, T, T - timedelta(days=1))


@pytest.mark.django_db
def test_one_after_the_other_is_kept(hand):
    customer = make_customer()
    put(customer, hand, T, T + timedelta(days=5))
    put(customer, hand, T + timedelta(days=5))
    assert Assignment.objects.count() == 2
