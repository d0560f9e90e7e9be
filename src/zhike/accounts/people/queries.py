from django.utils.translation import pgettext

from zhike.accounts.models import User
from zhike.accounts.roles.naming import name_of
from zhike.accounts.sign_in.queries import has_password

from .errors import NoSuchPerson


def list_people() -> list[User]:
    """Return everybody, the active ones first, with team and roles loaded and `role_names` to show."""
    people = User.objects.select_related("team").prefetch_related("roles").order_by("-is_active", "name", "id")
    return [_dress(person) for person in people]


def get_person(*, user_id: int) -> User:
    """Return a person as in the list, who knows whether they have a password (`has_password`).

    :raises NoSuchPerson: if there is none.
    """
    person = User.objects.select_related("team").prefetch_related("roles").filter(id=user_id).first()
    if person is None:
        raise NoSuchPerson
    person.__dict__["has_password"] = has_password(person)
    return _dress(person)


def _dress(person: User) -> User:
    comma = pgettext("between names in a list", ", ")
    person.__dict__["role_names"] = comma.join(name_of(role) for role in person.roles.all())
    return person
