"""What analytics gives to other rooms' registries; called once, when the rooms are ready."""

from . import permissions
from .associations import registrations as associations
from .churn import registrations as churn
from .retention import registrations as retention
from .runs import registrations as runs
from .traits import registrations as traits
from .value import registrations as value
from .value_model import registrations as value_model


def register() -> None:
    permissions.register()
    runs.register()
    value_model.register()
    traits.register()
    churn.register()
    associations.register()
    retention.register()
    value.register()
