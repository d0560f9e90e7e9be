"""Where rooms put their pages into the frame."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the sidebar, shown to who has `permission` (empty: to everyone signed in).

    `group` is a key of GROUPS; "person" puts the line into the menu under the person's name, "palette" into the palette
    alone, for what one does rather than where one is.
    """

    label: str | Promise
    url_name: str
    icon: str  # a name of the icon sprite
    permission: str
    group: str = ""
    order: int = 100
    on_phone: bool = False  # one of the first four of the tab bar
    keys: str = ""  # what else finds it in the palette, such as its pinyin initials
    short: str | Promise = ""  # a word for the tab bar of a phone, where the label is long
    counts: bool = False  # shows the number of the frame fact "unread"
    key: str = ""  # the letters that lead there, such as "g c"; "c" alone for making a customer


GROUPS: dict[str, str | Promise] = {
    "": "",
    "customers": pgettext_lazy("navigation", "Customers"),
    "classes": pgettext_lazy("navigation", "Classes"),
    "analyses": pgettext_lazy("navigation", "Analyses"),
    "sales": pgettext_lazy("navigation", "Sales"),
    "service": pgettext_lazy("navigation", "Service"),
    "operations": pgettext_lazy("navigation", "Operations"),
    "settings": pgettext_lazy("navigation", "Settings"),
}
PERSON, PALETTE = "person", "palette"

navigation: Registry[NavItem] = Registry("navigation")
