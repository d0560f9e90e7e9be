"""Where rooms put their pages into the frame."""

from dataclasses import dataclass

from django.utils.functional import Promise

from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the sidebar. `group` is "", "customers", "classes", "sales" or "settings"; shown to who has `permission`."""

    label: str | Promise
    url_name: str
    icon: str  # a name of the icon sprite
    permission: str
    group: str = ""
    order: int = 100
    on_phone: bool = False  # one of the five in the tab bar


navigation: Registry[NavItem] = Registry("navigation")
