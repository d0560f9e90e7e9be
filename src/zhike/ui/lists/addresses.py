"""The address of a list holds all of it: filters, order, columns and page are its parameters."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

PLACES = ("after", "before")  # of a page: whatever else changes, a list starts from its first


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that holds, in words; the address of the list without it, and of the form that changes it."""

    key: str
    label: str | Promise
    operator: str | Promise
    value: str
    url: str
    edit_url: str


def change_address(params: QueryDict, **changes: object) -> str:
    """Return the query string with some parameters changed (None: left out), and from the first page."""
    changed = params.copy()
    for key, value in {**dict.fromkeys(PLACES), **changes}.items():
        changed.pop(key, None)
        if value is not None:
            changed.setlist(key, [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)])
    return f"?{changed.urlencode()}" if changed else "?"


def kept_params(params: QueryDict, *but: str) -> list[tuple[str, str]]:
    """Return the parameters that a form of the list sends along besides its own."""
    return [(key, value) for key in params if key not in {*PLACES, *but} for value in params.getlist(key)]


def chosen_keys(params: QueryDict) -> list[str]:
    """Return the columns that an address names."""
    return [name for value in params.getlist("col") for name in value.split(",") if name]
