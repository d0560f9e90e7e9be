"""Which policies apply to one customer."""

from zhike.customers.public import visible_listing
from zhike.kit.actor import SYSTEM

from .kinds import policy_kinds
from .queries import Applied, PolicyBook


def list_applied(*, customer_id: int, book: PolicyBook) -> list[Applied]:
    """Return the policy of each kind that applies to a customer now, in the order of the kinds: one query."""
    held = visible_listing(SYSTEM).filter(customer_id=customer_id).values_list("classes", flat=True).first()
    class_ids = set(held or ())
    found = [book.resolve(class_ids, kind) for kind in policy_kinds]
    return [one for one in found if one]
