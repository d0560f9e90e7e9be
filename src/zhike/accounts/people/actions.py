from datetime import datetime

from django.db import transaction
from django.utils import translation

from zhike.accounts.events import PersonAdded
from zhike.accounts.models import Role, User
from zhike.accounts.organisation.queries import get_organisation
from zhike.accounts.rights.registry import ADMINISTRATOR
from zhike.accounts.roles.actions import sync_built_in_roles
from zhike.audit.public import record
from zhike.kit.actor import SYSTEM

FIRST_LOGIN = "admin"


@transaction.atomic
def ensure_administrator(*, at: datetime) -> User:
    """Return the first active administrator; makes one, without a password, where there is none."""
    sync_built_in_roles()
    role = Role.objects.select_for_update().get(key=ADMINISTRATOR)  # two starts at once make one person
    if found := role.users.filter(is_active=True).order_by("id").first():
        return found
    with translation.override(get_organisation().language):
        name = translation.gettext("Administrator")
    login = FIRST_LOGIN
    while User.objects.filter(login=login).exists():
        login += "-1"
    user = User(login=login, name=name, created_at=at)
    user.set_unusable_password()
    user.save()
    user.roles.set([role])
    record(event=PersonAdded(user.id, login, "", (ADMINISTRATOR,)), by=SYSTEM)
    return user
