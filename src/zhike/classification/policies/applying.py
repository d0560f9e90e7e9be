"""Which policies apply to one customer."""

from collections.abc import Collection, Mapping
from typing import Any

from zhike.customers.public import visible_listing
from zhike.kit.actor import SYSTEM

from .kinds import policy_kinds
from .queries import Applied, PolicyBook, get_kind, read_book


def list_applied(*, customer_id: int, book: PolicyBook) -> list[Applied]:
    """Return the policy of each kind that applies to a customer now, in the order of the kinds: one query."""
    held = visible_listing(SYSTEM).filter(customer_id=customer_id).values_list("classes", flat=True).first()
    return resolve_all(held or (), book)


def resolve_all(class_ids: Collection[int], book: PolicyBook) -> list[Applied]:
    """Return the policy of each kind that applies to somebody in these classes, in the order of the kinds."""
    found = [book.resolve(set(class_ids), kind) for kind in policy_kinds]
    return [one for one in found if one]


def find_applied_value(*, customer_id: int, kind: str) -> Mapping[str, Any] | None:
    """Return the value of a kind that applies to a customer now; None where no class of theirs has one.

    :raises NoSuchKind: for a kind that there is not.
    """
    get_kind(kind)
    applied = list_applied(customer_id=customer_id, book=read_book(with_names=False))
    return next((one.policy.value for one in applied if one.kind.key == kind), None)
