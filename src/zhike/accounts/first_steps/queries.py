from zhike.accounts.models import User
from zhike.accounts.sign_in.queries import has_password
from zhike.kit.actor import Actor


def has_seen(*, step: str, actor: Actor) -> bool:
    """Return whether a person has opened what a step of the checklist is about."""
    return User.objects.filter(id=actor.id or 0, first_steps_seen__contains=[step]).exists()


def are_hidden(*, actor: Actor) -> bool:
    """Return whether a person has put their checklist away."""
    return not User.objects.filter(id=actor.id or 0, first_steps_hidden=False).exists()


def has_own_password(actor: Actor) -> bool:
    person = User.objects.filter(id=actor.id or 0).first()
    return person is not None and has_password(person)


def has_colleagues(actor: Actor) -> bool:
    """Return whether somebody else works here; the people of the sample data do not count."""
    return User.objects.filter(is_active=True, sample=False).exclude(id=actor.id or 0).exists()
