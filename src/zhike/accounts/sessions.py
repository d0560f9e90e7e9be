"""Sessions in the database, read with one plain statement: every request of a person begins with it."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils.timezone import now

READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing when it ended."""
        with connection.cursor() as cursor:
            cursor.execute(READ, [self.session_key, now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

    @classmethod
    def get_model_class(cls) -> Any:
        return DatabaseStore.get_model_class()
