"""The value of customers as the run in use tells it."""

from zhike.accounts.public import read_models
from zhike.analytics.models import CustomerValue

ANALYSIS = "value"
OF_CUSTOMER = (
    "SELECT v.*, r.as_of, r.card ->> 'currency' AS currency, (r.card ->> 'horizon_days')::int AS horizon_days"
    " FROM analytics_customervalue v JOIN analytics_modelrun r ON r.id = v.run_id"
    " WHERE r.analysis = %s AND r.in_use AND v.customer_id = %s"
)


def find_value(*, customer_id: int) -> CustomerValue | None:
    """Return what the run in use says of a customer, with `as_of`, `currency` and `horizon_days`; None: nothing."""
    return next(iter(read_models(CustomerValue, OF_CUSTOMER, [ANALYSIS, customer_id])), None)
