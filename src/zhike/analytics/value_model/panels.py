"""The value of a customer on their page: what they brought, will probably bring and could, and if they are gone."""

from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.models import CustomerValue
from zhike.analytics.permissions import VIEW
from zhike.customers.public import Customer, CustomerPanel, customer_panels
from zhike.kit.actor import Actor
from zhike.ui.public import format_money

from .queries import find_value

TEMPLATE = "analytics/value_model/panel.html"


def register() -> None:
    customer_panels.add("clv", CustomerPanel("clv", "main", 15, VIEW, TEMPLATE, load_value))


def load_value(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the value of a customer; None for who never bought, and without a run in use."""
    found = find_value(customer_id=customer.pk)
    if found is None:
        return None
    facts = found.__dict__
    currency = str(facts["currency"])
    return {
        "value": found,
        "clv": None if found.clv is None else rounded(found.clv),
        "potential": None if found.potential is None else rounded(found.potential),
        "as_of": facts["as_of"],
        "currency": currency,
        "months": round(facts["horizon_days"] / 365 * 12),
        "alive": say_alive(found.p_alive),
        "between": say_interval(found, currency),
        "more": found.potential - found.past_year if found.potential is not None else 0,
    }


def say_alive(chance: float | None) -> str:
    """Return the chance that a customer has not left, in words."""
    if chance is None:
        return _("one purchase so far: it cannot be told yet")
    steps = ((0.8, _("very probably still with us")), (0.5, _("rather still with us")), (0.2, _("rather gone")))
    return next((words for least, words in steps if chance >= least), _("very probably gone"))


def say_interval(value: CustomerValue, currency: str) -> str:
    """Return between which amounts the value lies with a chance of 80 %."""
    if value.clv_low is None or value.clv_high is None:
        return ""
    if not value.clv_high:
        return _("most probably nothing")
    low, high = (format_money(rounded(one), currency) for one in (value.clv_low, value.clv_high))
    if value.clv is not None and value.clv > value.clv_high:  # a mean that rare large sums draw up
        return _("on average; at most {high} in 9 of 10 cases").format(high=high)
    return _("between {low} and {high} in 8 of 10 cases").format(low=low, high=high)


def rounded(minor: int) -> int:
    """Return an amount with three digits that count: a forecast has no more."""
    size = 10 ** max(0, len(str(abs(minor))) - 3)
    return round(minor / size) * size
