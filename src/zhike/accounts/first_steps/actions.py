from datetime import datetime

from django.db import connection, transaction

from zhike.accounts.events import FirstStepsHidden, FirstStepsShown
from zhike.accounts.models import User
from zhike.audit.public import record
from zhike.kit.actor import Actor

SEEN = """
UPDATE accounts_user SET first_steps_seen = array_append(first_steps_seen, %(step)s::varchar)
WHERE id = %(id)s AND NOT %(step)s = ANY(first_steps_seen)
"""


@transaction.atomic
def hide_first_steps(*, by: Actor, at: datetime) -> None:
    """Take the checklist off a person's own workbench. Hiding it again says nothing more."""
    if User.objects.filter(id=by.id or 0, first_steps_hidden=False).update(first_steps_hidden=True) and by.id:
        record(event=FirstStepsHidden(by.id), by=by)


@transaction.atomic
def show_first_steps(*, by: Actor, at: datetime) -> None:
    """Bring the checklist back to a person's own workbench."""
    if User.objects.filter(id=by.id or 0, first_steps_hidden=True).update(first_steps_hidden=False) and by.id:
        record(event=FirstStepsShown(by.id), by=by)


def note_seen(*, step: str, by: Actor) -> None:
    """Remember that a person has opened what a step of the checklist is about.

    Not in the audit trail: looking changes nothing for anybody.
    """
    if by.kind == "user":
        with connection.cursor() as cursor:
            cursor.execute(SEEN, {"step": step, "id": by.id})
