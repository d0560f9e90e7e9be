"""What analytics gives to other rooms' registries; called once, when the rooms are ready."""

from . import permissions


def register() -> None:
    permissions.register()
