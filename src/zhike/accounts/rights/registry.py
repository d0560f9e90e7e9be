"""What can be permitted, and how a room answers whether somebody may see one of its records."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from zhike.kit.actor import Actor
from zhike.kit.registry import Registry

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Permission:
    """A named permission, "<room>.<verb>_<noun>", with a label for people, and the built-in roles that hold it."""

    key: str
    label: Text
    roles: tuple[str, ...] = ()


permissions: Registry[Permission] = Registry("permissions")
# noun → answer whether the actor may know of the record with this id
record_checks: Registry[Callable[[Actor, int], bool]] = Registry("record checks")

OWN_ACCOUNT = "accounts.use_own_account"  # every active person holds it, whatever their roles
ADMINISTRATOR, LEAD, AGENT, VIEWER = "administrator", "lead", "agent", "viewer"


def add_permission(key: str, label: Text, *, roles: tuple[str, ...] = ()) -> None:
    """Name a permission. Administrators hold all; `roles` are the other built-in roles that hold it from the start."""
    permissions.add(key, Permission(key, label, (ADMINISTRATOR, *roles)))
