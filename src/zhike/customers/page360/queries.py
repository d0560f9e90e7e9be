"""What the page of one customer needs, loaded and worded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template import RequestContext, Template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from zhike.accounts.public import read_models
from zhike.customers.activity.pages import timeline_part
from zhike.customers.contacts.queries import list_contacts
from zhike.customers.listing.columns import place_of
from zhike.customers.models import Address, Customer, ExternalId
from zhike.customers.profile.pages import draw_value, profile_lines
from zhike.customers.registries import CustomerPanel, customer_panels
from zhike.customers.rights import CHANGE, REVEAL, get_customer
from zhike.kit.actor import Actor

PRIMARY_ADDRESS = 'SELECT * FROM customers_address WHERE customer_id = %s AND "primary"'
NUMBERS = "SELECT * FROM customers_externalid WHERE customer_id = %s ORDER BY id LIMIT 20"
PAGE = "customers/page360/customer.html"
BELOW_TIMELINE = 50  # panels of the wide column from this order on stand below the timeline


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    key: str
    html: SafeString
    has_chart: bool


def customer_page(request: HttpRequest, *, customer_id: int, actor: Actor) -> dict[str, Any]:
    """Return the context of a customer's page. :raises NoSuchCustomer: if it is not the actor's to see."""
    customer = get_customer(customer_id=customer_id, actor=actor)
    panels = draw_panels(request, customer, actor)
    lines = profile_lines(customer, external_ids=read_models(ExternalId, NUMBERS, [customer.id]))
    may_change = actor.may(CHANGE) and customer.archived_at is None
    return {
        **head_of(customer),
        "panels": panels,
        "has_chart": any(panel.has_chart for drawn in panels.values() for panel in drawn),
        "contacts": list_contacts(customer_id=customer.id),
        "address": next(iter(read_models(Address, PRIMARY_ADDRESS, [customer.id])), None),
        "profile": [(line, draw_value(line, customer, may_change=may_change)) for line in lines],
        "may_change": may_change,
        "follows": customer.archived_at is None and customer.__dict__["is_followed"],
        "may_restore": actor.may(CHANGE) and customer.archived_at is not None,
        "may_reveal": actor.may(REVEAL),
        **timeline_part(request.GET, customer=customer, actor=actor),
    }


def head_of(customer: Customer) -> dict[str, Any]:
    """Return what the head of the page shows: the customer, their place and the few words beside it."""
    facts = [word for word in (customer.industry, customer.source) if word]
    return {"customer": customer, "place": place_of(customer), "facts": facts}


def draw_panels(request: HttpRequest, customer: Customer, actor: Actor) -> Mapping[str, list[DrawnPanel]]:
    """Return the panels that the actor may see and that have something to show, by place and in order.

    Those of the wide column are "main" above the timeline and "after" below it.
    """
    drawn: dict[str, list[DrawnPanel]] = {"head": [], "main": [], "after": [], "rail": []}
    page = RequestContext(request, {"customer": customer})
    with page.bind_template(_template(PAGE)):  # what the frame gives is made once, not for each panel
        for panel in sorted(customer_panels, key=lambda one: one.order):
            if actor.may(panel.permission) and (html := _draw(page, panel, customer, actor)):
                place = "after" if panel.place == "main" and panel.order >= BELOW_TIMELINE else panel.place
                drawn[place].append(DrawnPanel(panel.key, html, panel.has_chart))
    return drawn


def _draw(page: RequestContext, panel: CustomerPanel, customer: Customer, actor: Actor) -> SafeString:
    context = panel.load(customer, actor)
    if context is None:
        return SafeString("")
    with page.push(**context):
        return SafeString(_template(panel.template).render(page))


def _template(name: str) -> Template:
    found: Template = get_template(name).__dict__["template"]  # the engine's own, below the wrapper of all engines
    return found
