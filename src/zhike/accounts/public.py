"""What other rooms may use of accounts."""

from zhike.kit.actor import SYSTEM, Actor, Scope

from .first_steps.actions import note_seen
from .first_steps.queries import has_seen
from .models import Organisation, User
from .organisation.actions import save_organisation
from .organisation.forms import currency_choices, zone_choices
from .organisation.queries import get_organisation
from .people.actions import add_person, change_person, ensure_administrator
from .people.queries import list_people
from .plain_rows import read_models
from .rights.decorators import needs, open_to_anyone
from .rights.queries import get_actor, list_holders, owner_ids
from .rights.registry import ADMINISTRATOR, AGENT, LEAD, OWN_ACCOUNT, VIEWER, add_permission, record_checks
from .roles.actions import sync_built_in_roles
from .sign_in.actions import make_sign_in_link
from .teams.actions import add_team
from .tokens.authentication import Caller

__all__ = [
    "ADMINISTRATOR",
    "AGENT",
    "LEAD",
    "OWN_ACCOUNT",
    "SYSTEM",
    "VIEWER",
    "Actor",
    "Caller",
    "Organisation",
    "Scope",
    "User",
    "add_permission",
    "add_person",
    "add_team",
    "change_person",
    "currency_choices",
    "ensure_administrator",
    "get_actor",
    "get_organisation",
    "has_seen",
    "list_holders",
    "list_people",
    "make_sign_in_link",
    "needs",
    "note_seen",
    "open_to_anyone",
    "owner_ids",
    "read_models",
    "record_checks",
    "save_organisation",
    "sync_built_in_roles",
    "zone_choices",
]
