"""Where two classes of a customer ask for different things."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import Count, Q

from zhike.classification.models import Policy
from zhike.customers.public import visible_listing
from zhike.kit.actor import Actor

from .kinds import PolicyKind, policy_kinds
from .queries import PolicyBook
from .words import say_value

MOST = 60  # pairs that are counted


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two policies of a kind with different values, the one that applies first, and the customers in both classes."""

    kind: PolicyKind
    winner: Policy
    loser: Policy
    winner_words: str
    loser_words: str
    customers: int


def list_conflicts(*, actor: Actor, book: PolicyBook) -> list[Conflict]:
    """Return the conflicts that concern somebody the actor may see, those with most customers first."""
    pairs = [(kind, *pair) for kind in policy_kinds for pair in _pairs(book, kind)][:MOST]
    counts = _count([(first.to_class_id, second.to_class_id) for _kind, first, second in pairs], actor)
    found = [
        Conflict(
            kind,
            first,
            second,
            say_value(kind, first.value, book.names),
            say_value(kind, second.value, book.names),
            count,
        )
        for (kind, first, second), count in zip(pairs, counts, strict=True)
        if count
    ]
    return sorted(found, key=lambda one: -one.customers)


def list_barred(book: PolicyBook) -> list[tuple[PolicyKind, Policy]]:
    """Return the policies on prices that do not apply, because the rules came to sort by personal traits."""
    return [
        (kind, one)
        for kind in policy_kinds
        if kind.is_price
        for one in book.policies.get(kind.key, {}).values()
        if one.to_class.scheme_id in book.barred
    ]


def _pairs(book: PolicyBook, kind: PolicyKind) -> list[tuple[Policy, Policy]]:
    """Return the pairs that can meet in one customer: of a type everybody is in one class at the most."""
    held = sorted(book.candidates(kind).values(), key=lambda one: book.standings[one.to_class_id])
    return [
        (first, second)
        for first, second in combinations(held, 2)
        if first.value != second.value and first.to_class.scheme_id != second.to_class.scheme_id
    ]


def _count(pairs: Sequence[tuple[int, int]], actor: Actor) -> list[int]:
    """Return how many customers are in both classes of each pair: one query."""
    if not pairs:
        return []
    counts: Any = {
        f"pair_{place}": Count("customer_id", filter=Q(classes__contains=sorted(pair)))
        for place, pair in enumerate(pairs)
    }
    concerned = sorted({one for pair in pairs for one in pair})
    rows = visible_listing(actor).filter(archived=False, classes__overlap=concerned)
    found: dict[str, int] = rows.aggregate(**counts)
    return [found[f"pair_{place}"] for place in range(len(pairs))]
