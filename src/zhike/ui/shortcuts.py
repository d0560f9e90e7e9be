"""The keys that act, for the sheet behind `?`; each is bound elsewhere, in static/ui/js or by `data-key`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .context import NavLink


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`keys` are pressed one after the other, those joined by + together."""

    keys: tuple[str, ...]
    text: str | Promise


@dataclass(frozen=True, slots=True)
class ShortcutGroup:
    title: str | Promise
    shortcuts: list[Shortcut]


ANYWHERE = [
    Shortcut(("Ctrl+K",), _("Search, or jump to a page")),
    Shortcut(("/",), _("Search in this list; elsewhere the same as Ctrl K")),
    Shortcut(("?",), _("All keys")),
    Shortcut(("Esc",), _("Close, or give up what is being edited")),
]
LISTS = [
    Shortcut(("J",), _("Next row")),
    Shortcut(("K",), _("Previous row")),
    Shortcut(("Enter",), _("Open the row")),
    Shortcut(("X",), _("Tick or untick the row")),
    Shortcut(("Esc",), _("Untick all")),
    Shortcut(("C",), _("New customer, in the list of customers")),
]
RECORD = [
    Shortcut(("J",), _("Next customer of the list you came from")),
    Shortcut(("K",), _("Previous customer of that list")),
    Shortcut(("N",), _("Write a note")),
]


def list_shortcuts(links: list[NavLink]) -> list[ShortcutGroup]:
    """Return the keys in groups; `links` are the pages that the person may open."""
    pages = [Shortcut(tuple(link.item.key.upper().split()), link.item.label) for link in links if link.item.key]
    return [
        ShortcutGroup(_("Anywhere"), ANYWHERE),
        ShortcutGroup(_("Go to"), pages),
        ShortcutGroup(_("In a list"), LISTS),
        ShortcutGroup(_("On a customer's page"), RECORD),
    ]
