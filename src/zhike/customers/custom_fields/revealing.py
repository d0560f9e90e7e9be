from django.db import transaction

from zhike.accounts.public import get_organisation
from zhike.audit.public import record
from zhike.customers.custom_fields.definitions import get_definition
from zhike.customers.custom_fields.errors import MayNotSeeField, NoSuchField
from zhike.customers.custom_fields.wording import names_of, value_text
from zhike.customers.events import FieldRevealed
from zhike.customers.rights import REVEAL, get_customer
from zhike.kit.actor import Actor


@transaction.atomic
def reveal_field(*, customer_id: int, key: str, by: Actor) -> str:
    """Return a personal field of a customer in words, and write down that somebody looked.

    :raises MayNotSeeField: if the actor's role does not allow it. :raises NoSuchField: if there is no such field.
    """
    if not by.may(REVEAL):
        raise MayNotSeeField
    customer, one = get_customer(customer_id=customer_id, actor=by), get_definition(key)
    if one is None or one.archived or not one.personal:
        raise NoSuchField(key=key[:60])
    record(event=FieldRevealed(customer_id, one.name), by=by)
    names = names_of([one], [customer.custom])
    return value_text(one, customer.custom.get(key), currency=get_organisation().currency, names=names)
