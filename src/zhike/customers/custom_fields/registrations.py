"""What custom fields and forms give to the registries of lower rooms, and to customers' own."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.audit.public import event_words, subject_names
from zhike.customers.custom_fields.columns import list_columns, list_facets
from zhike.customers.custom_fields.definitions import all_fields, name_of
from zhike.customers.custom_fields.finding import find_customers, find_order
from zhike.customers.custom_fields.pages import load_panel
from zhike.customers.custom_fields.rule_traits import list_traits
from zhike.customers.custom_fields.rules import PREFIX
from zhike.customers.forms.pages import load_missing
from zhike.customers.registries import (
    CustomerPanel,
    column_sources,
    customer_finders,
    customer_panels,
    facet_sources,
    order_sources,
)
from zhike.customers.rights import DEFINE, VIEW
from zhike.engine.public import traits
from zhike.ui.public import NavItem, navigation

EVENTS = {
    "FieldAdded": _("added the field {key}"),
    "FieldChanged": _("changed the field {key}"),
    "FieldArchived": _("archived the field {key}"),
    "FieldRestored": _("restored the field {key}"),
    "FieldRemoved": _("removed the field {key} with the values of {customers} customers"),
    "FieldRevealed": _("looked at a masked field: {field}"),
    "FormLayoutChanged": _("changed a form of customers"),
}


def name_fields(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return the names and addresses of fields."""
    found = (one for one in all_fields().values() if one.id in ids)
    return {one.id: (name_of(one), reverse("customers:field-settings", args=[one.key])) for one in found}


def register() -> None:
    subject_names.add("field", name_fields)
    traits.add_source(PREFIX, list_traits)
    for event, words in EVENTS.items():
        event_words.add(event, words)
    column_sources.add("custom_fields", list_columns)
    facet_sources.add("custom_fields", list_facets)
    order_sources.add("custom_fields", find_order)
    customer_finders.add("custom_fields", find_customers)
    customer_panels.add(
        "missing_fields",
        CustomerPanel("missing_fields", "head", 90, VIEW, "customers/forms/missing.html", load=load_missing),
    )
    customer_panels.add(
        "custom_fields",
        CustomerPanel("custom_fields", "rail", 90, VIEW, "customers/custom_fields/panel.html", load=load_panel),
    )
    navigation.add(
        "fields",
        NavItem(_("Fields"), "customers:fields", "list-details", DEFINE, group="settings", order=840, keys="ziduan zd"),
    )
