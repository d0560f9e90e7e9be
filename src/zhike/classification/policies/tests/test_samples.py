from datetime import timedelta

import pytest

from zhike.accounts.testing import make_cast_actor
from zhike.classification.models import CustomerClass, Policy
from zhike.classification.policies.samples import end_sample_policies, set_sample_policies
from zhike.classification.policies.testing import NOON, give
from zhike.classification.schemes.installing import install_built_in_schemes


@pytest.mark.django_db
def test_the_sample_policies_come_once_and_go_unless_somebody_changed_them():
    install_built_in_schemes()
    assert set_sample_policies(at=NOON) == 11
    assert set_sample_policies(at=NOON) == 0
    best = CustomerClass.objects.get(scheme__key="value_tier", key="A")
    give(best, "discount", {"most_percent": "20"}, by=make_cast_actor("ada"), at=NOON + timedelta(days=1))
    assert end_sample_policies(at=NOON + timedelta(days=2)) == 10
    assert [one.value for one in Policy.objects.filter(valid_to=None)] == [{"most_percent": "20"}]
