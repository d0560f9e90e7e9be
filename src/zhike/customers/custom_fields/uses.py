"""Where a field is used besides on customers: rooms above register who asks for it (rules, policies, …)."""

from collections.abc import Callable, Sequence

from django.utils.functional import Promise

from zhike.customers.custom_fields.definitions import list_fields, name_of
from zhike.customers.custom_fields.formulas import Unreadable, names_in, parse_formula
from zhike.kit.registry import Registry

# the name of a field (`cf_…`) → the things in force that ask for it, in the reader's words
field_uses: Registry[Callable[[str], Sequence[str | Promise]]] = Registry("uses of custom fields")


def list_uses(key: str, name: str) -> list[str]:
    """Return what is in force and uses a field, in words."""
    found = [str(use) for ask in field_uses for use in ask(name)]
    found += [f"“{name_of(one)}”" for one in list_fields() if one.formula and key in _asked(one.formula)]
    return found


def _asked(formula: str) -> list[str]:
    try:
        return names_in(parse_formula(formula))
    except Unreadable:
        return []
