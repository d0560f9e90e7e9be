"""The value of customers as the run in use tells it."""

from zhike.accounts.public import read_models
from zhike.analytics.models import CustomerValue, ModelRun
from zhike.api.public import key_page
from zhike.customers.public import visible_listing
from zhike.kit.actor import Actor
from zhike.kit.paging import Page

ANALYSIS = "value"
OF_CUSTOMER = (
    "SELECT v.*, r.version, r.as_of, r.card ->> 'currency' AS currency,"
    " (r.card ->> 'horizon_days')::int AS horizon_days"
    " FROM analytics_customervalue v JOIN analytics_modelrun r ON r.id = v.run_id"
    " WHERE r.analysis = %s AND r.in_use AND v.customer_id = %s"
)


def find_value(*, customer_id: int) -> CustomerValue | None:
    """Return what the run in use says of a customer, None: nothing.

    It bears the run's `version`, `as_of`, `currency` and `horizon_days`.
    """
    return next(iter(read_models(CustomerValue, OF_CUSTOMER, [ANALYSIS, customer_id])), None)


def find_run() -> ModelRun | None:
    """Return the run of the value model in use."""
    return ModelRun.objects.filter(analysis=ANALYSIS, in_use=True).first()


def list_values(run: ModelRun, *, actor: Actor, after: str = "", limit: int = 50) -> Page[CustomerValue]:
    """Return what a run says of the customers that the actor may see, the most valuable first.

    Left out are archived customers and those whose value cannot be told in money. :raises BadCursor:
    """
    listing = visible_listing(actor).filter(archived=False)
    found = CustomerValue.objects.filter(run=run, clv__isnull=False, customer_id__in=listing.values("customer_id"))
    return key_page(found, order=("-clv", "-customer_id"), limit=limit, after=after)
