"""How the events of the rooms read in the audit trail, and where their subjects are shown."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.audit.public import Fact, Told, event_words, fact_words, subject_names
from zhike.customers.public import Customer
from zhike.ui.public import format_exact

WORDS = {
    "CustomerCreated": _("created the customer {name}"),
    "CustomerChanged": _("changed a customer"),
    "CustomerArchived": _("archived the customer {name}"),
    "CustomerRestored": _("restored the customer {name}"),
    "CustomersChanged": _("changed several customers at once"),
    "CustomersExported": _("exported {customers} customers"),
    "ContactRevealed": _("looked at a masked contact: {masked}"),
    "NoteAdded": _("wrote a note"),
    "FactAdded": _("noted what happened with a customer"),
    "ImportStarted": _("started to import {file_name}"),
    "ImportFinished": _("imported a file: {accepted} of {rows} rows"),
    "ImportCancelled": _("stopped an import"),
    "OrderCreated": _("created the order {number}"),
    "OrderCorrected": _("corrected the order {number}"),
    "ProductCreated": _("created the product {sku}"),
    "ProductChanged": _("changed the product {sku}"),
    "ProductRemoved": _("removed the product {sku}"),
    "OrdersExported": _("exported {orders} orders"),
    "SchemeCreated": _("created a management type"),
    "SchemeDrafted": _("began to change a management type"),
    "SchemeDraftDiscarded": _("threw a changed management type away"),
    "SchemeApplied": _("applied a management type, version {version}"),
    "SchemeRenamed": _("renamed a management type to {name_zh}"),
    "SchemeOwnerChanged": _("said who answers for a management type"),
    "SimulationAsked": _("simulated a management type, version {after}"),
    "SchemeRetired": _("retired a management type"),
    "SchemeRestored": _("restored a management type"),
    "ClassAdded": _("added a class"),
    "ClassChanged": _("changed the class {name_zh}"),
    "ClassRetired": _("retired a class"),
    "ClassAssigned": _("put a customer into a class by hand: {reason}"),
    "CustomerClassified": _("moved a customer between classes"),
    "ClassOverridden": _("set a class above the rule: {reason}"),
    "ClassKeptOut": _("kept the customer out of a class: {reason}"),
    "OverrideEnded": _("a class set above the rule ended"),
    "ClassesLeft": _("a customer left all classes"),
    "MovesAwaitApproval": _("moves between classes wait for approval"),
    "MoveDecided": _("decided about a move between classes: {reason}"),
    "SteadinessChanged": _("changed the steadiness of a management type"),
    "TellingChanged": _("said of which moves of a management type people are told"),
    "CustomersClassified": _("classified {customers} customers as of {as_of}, {changed} changes"),
    "StoreRepaired": _("copied anew what differed from the database in the engine's copy: {parts} parts"),
    "DemoLoaded": _("loaded the sample data: {customers} customers, {orders} orders"),
    "DemoCleared": _("cleared the sample data: {customers} customers, {orders} orders"),
}

NOUNS = {"customers": _("customers"), "orders": _("orders"), "products": _("products"), "users": _("people")}


def say_kept(kept: Mapping[str, int], told: Told) -> str:
    return " · ".join(f"{format_exact(count)} {NOUNS.get(noun, noun)}" for noun, count in kept.items())


FACTS = {
    "orders": Fact(_("Orders")),
    "DemoCleared.kept": Fact(_("Kept, since records of your own lean on it"), say=say_kept),
}


def name_customers(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return the names and addresses of customers."""
    names = Customer.objects.filter(id__in=ids).values_list("id", "name")
    return {number: (name, reverse("customers:customer", args=[number])) for number, name in names}


def name_imports(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return what imports are called, and their addresses."""
    return {one: (f"{_('Import')} {one}", reverse("imports:import", args=[one])) for one in ids}


def connect_trail() -> None:
    """Give the trail its words."""
    for event, words in WORDS.items():
        event_words.add(event, words)
    for fact, wording in FACTS.items():
        fact_words.add(fact, wording)
    subject_names.add("customer", name_customers)

    subject_names.add("import", name_imports)
