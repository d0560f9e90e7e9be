"""What other rooms may use of accounts."""

from zhike.kit.actor import SYSTEM, Actor, Scope

from .models import Organisation, User
from .organisation.queries import get_organisation
from .rights.decorators import needs, open_to_anyone
from .rights.queries import get_actor, owner_ids
from .rights.registry import ADMINISTRATOR, AGENT, LEAD, VIEWER, add_permission, record_checks

__all__ = [
    "ADMINISTRATOR",
    "AGENT",
    "LEAD",
    "SYSTEM",
    "VIEWER",
    "Actor",
    "Organisation",
    "Scope",
    "User",
    "add_permission",
    "get_actor",
    "get_organisation",
    "needs",
    "open_to_anyone",
    "owner_ids",
    "record_checks",
]
