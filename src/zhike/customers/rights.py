"""Which customers a person may know of: pages, API, search, export and counts all ask here."""

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, VIEWER, User, add_permission, owner_ids, read_models, record_checks
from zhike.customers.errors import NoSuchCustomer
from zhike.customers.models import Customer, Listing
from zhike.kit.actor import Actor

VIEW = "customers.view_customer"
CHANGE = "customers.change_customer"
REVEAL = "customers.reveal_contact"
EXPORT = "customers.export_customer"
IMPORT = "customers.import_records"
LARGEST = 2**63 - 1  # of an id; an address may hold more
# Every page of a customer begins with it: a plain statement costs a third of what the ORM's does.
ONE = """
SELECT c.*, o.name AS owner_name, EXISTS (SELECT 1 FROM customers_following f
  WHERE f.user_id = %(actor)s::bigint AND f.customer_id = c.id) AS is_followed
FROM customers_customer c LEFT JOIN accounts_user o ON o.id = c.owner_id
WHERE c.id = %(customer)s AND (%(owners)s::bigint[] IS NULL OR c.owner_id = ANY(%(owners)s::bigint[]))
"""
DEFINE = "customers.define_fields"


def visible_customers(actor: Actor) -> QuerySet[Customer]:
    """Return the customers, archived ones too, that the actor may know of: everyone's, the team's or their own."""
    return _owned(Customer.objects.all(), actor)


def visible_listing(actor: Actor) -> QuerySet[Listing]:
    """Return the listing rows, archived ones too, of the customers that the actor may know of."""
    return _owned(Listing.objects.all(), actor)


def get_customer(*, customer_id: int, actor: Actor) -> Customer:
    """Return a customer with the owner's name and whether the actor follows them (`is_followed`).

    :raises NoSuchCustomer: if there is none, or not the actor's to see.
    """
    owners = owner_ids(actor)
    asked = {"customer": customer_id, "actor": actor.id, "owners": None if owners is None else list(owners)}
    customer = next(iter(read_models(Customer, ONE, asked)), None) if customer_id <= LARGEST else None
    if customer is None:
        raise NoSuchCustomer
    if customer.owner_id:
        customer.owner = User.from_db("default", ["id", "name"], [customer.owner_id, customer.__dict__["owner_name"]])
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
