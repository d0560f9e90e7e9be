"""Who sorts customers into classes: the room above that knows registers itself, so that a form can follow the class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class SortedClass:
    key: str
    name: str
    hue: str = "plain"


@dataclass(frozen=True, slots=True)
class Sorting:
    """A dimension along which customers are sorted, with its classes in order."""

    key: str
    name: str
    classes: Sequence[SortedClass]


@dataclass(frozen=True, slots=True)
class Sorter:
    """`list_sortings` gives those in force; `class_of(customer id, sorting's key)` a customer's class, "" for none."""

    list_sortings: Callable[[], Sequence[Sorting]]
    class_of: Callable[[int, str], str]


customer_sorters: Registry[Sorter] = Registry("sorters of customers for forms")


def all_sortings() -> list[Sorting]:
    return [one for sorter in customer_sorters for one in sorter.list_sortings()]


def class_of(customer_id: int, sorting: str) -> str:
    """Return the key of a customer's class, "" where nobody sorted them."""
    return next((found for one in customer_sorters if (found := one.class_of(customer_id, sorting))), "")
