from django.contrib.auth.backends import ModelBackend

from zhike.accounts.models import User
from zhike.accounts.rights.queries import find_person_with_rights


class PersonBackend(ModelBackend):
    """Checks passwords as Django does, and gives each request its person together with their rights, in one query."""

    def get_user(self, user_id: int) -> User | None:
        person = find_person_with_rights(user_id=user_id)
        return person if person and self.user_can_authenticate(person) else None
