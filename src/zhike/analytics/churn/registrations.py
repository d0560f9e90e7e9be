"""What churn risk gives to the registries: the analysis, the page, the customer's panel, a filter and columns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.analytics import permissions
from zhike.analytics.models import CustomerChurn
from zhike.analytics.runs.registry import Analysis, Outcome, Task, analyses
from zhike.customers.public import (
    Choice,
    Column,
    Customer,
    CustomerPanel,
    Facet,
    customer_facets,
    customer_panels,
    listing_columns,
)
from zhike.kit.actor import Actor
from zhike.kit.money import from_minor
from zhike.ui.public import NavItem, navigation

from . import queries
from .describing import describe
from .rules import QUADRANTS, grade_of
from .words import GRADES, say_reasons
from .words import QUADRANTS as QUADRANT_WORDS


def register() -> None:
    analyses.add(
        queries.ANALYSIS,
        Analysis(
            queries.ANALYSIS,
            _("Churn risk"),
            _("The chance that a customer of the last 365 days buys nothing in the next 90, with reasons."),
            "trending-down",
            "1",
            (CustomerChurn,),
            _compute_in_worker,
            describe,
            "analytics:churn",
        ),
    )
    navigation.add(
        "churn",
        NavItem(
            _("Churn risk"),
            "analytics:churn",
            "trending-down",
            permissions.VIEW,
            "analyses",
            30,
            keys="liushifengxian lsfx",
        ),
    )
    customer_panels.add(
        "churn",
        CustomerPanel("churn", "rail", 12, permissions.VIEW, "analytics/churn/panel.html", load_panel),
    )
    customer_facets.add("churn", Facet("churn", _("Churn risk"), _choices, _narrow, _label_of, order=70))
    for key, label, values in (
        ("churn_chance", _("Chance to leave"), _chances),
        ("churn_value", _("Value that could be lost"), _values),
        ("churn_at_stake", _("Expected loss"), _stakes),
        ("churn_reasons", _("Reasons for the chance to leave"), _reasons),
    ):
        listing_columns.add(key, Column(key, label, export=values, shown=False, order=96))


def _compute_in_worker(task: Task) -> Outcome:
    from .computing import compute  # what it computes with takes long to import, and pages need none of it

    return compute(task)


def load_panel(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the chance of a customer with its reasons; nothing for who is not among those who could leave."""
    found = queries.get_chance(customer_id=customer.id)
    if found is None:
        return None
    return {
        "chance": found,
        "grade": GRADES[grade_of(found.chance)],
        "reasons": say_reasons(found.reasons, found.run.card["currency"]),
        "currency": found.run.card["currency"],
        "horizon": found.run.card["horizon"],
        "alive": found.__dict__.get("p_alive"),  # stands in the panel of the value beside
    }


def _choices(_actor: Actor) -> list[Choice]:
    return [Choice(key, label) for key, (label, _meaning) in QUADRANT_WORDS.items()]


def _narrow(listing: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    run = queries.get_run_in_use()
    if run is None:
        return listing.none()
    wanted = Q(pk__in=[])
    for one in values:
        wanted |= queries.quadrant_condition(run, one)
    return listing.filter(customer_id__in=CustomerChurn.objects.filter(wanted, run=run).values("customer_id"))


def _label_of(value: str) -> Any:
    return QUADRANT_WORDS[value][0] if value in QUADRANTS else ""


def _of(ids: Sequence[int]) -> list[CustomerChurn]:
    return list(CustomerChurn.objects.filter(run__in_use=True, run__analysis=queries.ANALYSIS, customer_id__in=ids))


def _chances(ids: Sequence[int]) -> Mapping[int, Any]:
    return {one.customer_id: Decimal(f"{one.chance:.4f}") for one in _of(ids)}


def _values(ids: Sequence[int]) -> Mapping[int, Any]:
    currency = get_organisation().currency
    return {one.customer_id: from_minor(one.value, currency) for one in _of(ids)}


def _stakes(ids: Sequence[int]) -> Mapping[int, Any]:
    currency = get_organisation().currency
    return {one.customer_id: from_minor(one.at_stake, currency) for one in _of(ids)}


def _reasons(ids: Sequence[int]) -> Mapping[int, Any]:
    currency = get_organisation().currency
    return {
        one.customer_id: "; ".join(said.text for said in say_reasons(one.reasons, currency) if said.raises)
        for one in _of(ids)
    }
