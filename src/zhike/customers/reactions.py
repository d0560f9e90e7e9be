"""What follows at once when something about one customer was written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from zhike.kit.registry import Registry

# Called with ids of customers after the commit of what changed them, in the same process and before the answer goes
# out. What one raises is logged and stops nothing: what is written stays written.
customer_reactions: Registry[Callable[[Sequence[int]], object]] = Registry("customer reactions")
MOST = 100  # callbacks of one transaction: beyond, it is a bulk write, which is not for reactions


@dataclass(frozen=True, slots=True)
class _Reaction:
    customer_id: int

    def __call__(self) -> None:
        for react in customer_reactions:
            react([self.customer_id])


def react_to_change(*, customer_id: int) -> None:
    """Say that a fact, a note or the profile of a customer changed: reactions follow the commit, once per transaction.

    For writers of single customers. Who writes many, set-based or in one transaction, leaves it to what follows their
    own event.
    """
    reaction = _Reaction(customer_id)
    waiting = connection.run_on_commit
    if len(waiting) < MOST and not any(one[1] == reaction for one in waiting):
        transaction.on_commit(reaction, robust=True)
