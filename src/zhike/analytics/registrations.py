"""What analytics gives to other rooms' registries; called once, when the rooms are ready."""

from . import permissions
from .value_model import registrations as value_model
from .churn import registrations as churn


def register() -> None:
    permissions.register()
    value_model.register()
    churn.register()
