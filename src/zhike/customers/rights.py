"""Which customers a person may know of: pages, API, search, export and counts all ask here."""

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, VIEWER, add_permission, owner_ids, record_checks
from zhike.customers.errors import NoSuchCustomer
from zhike.customers.models import Customer, Listing
from zhike.kit.actor import Actor

VIEW = "customers.view_customer"
CHANGE = "customers.change_customer"
REVEAL = "customers.reveal_contact"
EXPORT = "customers.export_customer"
IMPORT = "customers.import_records"
DEFINE = "customers.define_fields"


def visible_customers(actor: Actor) -> QuerySet[Customer]:
    """Return the customers, archived ones too, that the actor may know of: everyone's, the team's or their own."""
    return _owned(Customer.objects.all(), actor)


def visible_listing(actor: Actor) -> QuerySet[Listing]:
    """Return the listing rows, archived ones too, of the customers that the actor may know of."""
    return _owned(Listing.objects.all(), actor)


def get_customer(*, customer_id: int, actor: Actor) -> Customer:
    """:raises NoSuchCustomer: if there is none, or it is not the actor's to see."""
    customer = visible_customers(actor).select_related("owner").filter(id=customer_id).first()
    if customer is None:
        raise NoSuchCustomer
    return customer


def _owned[T: Model](rows: QuerySet[T], actor: Actor) -> QuerySet[T]:
    owners = owner_ids(actor)
    return rows if owners is None else rows.filter(owner_id__in=owners)


def register() -> None:
    add_permission(VIEW, _("See customers"), roles=(LEAD, AGENT, VIEWER))
    add_permission(CHANGE, _("Create and change customers"), roles=(LEAD, AGENT))
    add_permission(REVEAL, _("See phones and e-mails in full"), roles=(LEAD, AGENT))
    add_permission(DEFINE, _("Set up the fields and forms of customers"))
    add_permission(EXPORT, _("Export customers"), roles=(LEAD,))
    record_checks.add("customer", lambda actor, customer_id: visible_customers(actor).filter(id=customer_id).exists())
