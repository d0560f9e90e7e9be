import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from zhike.accounts.models import Organisation
from zhike.accounts.plain_rows import read_models

_looked_up: ContextVar[Organisation | None] = ContextVar("looked_up", default=None)
UNKNOWN = ""
READ = "SELECT * FROM accounts_organisation WHERE id = 1"


def get_organisation() -> Organisation:
    """Return the organisation's settings; their defaults before anyone chose. Looked up once per request."""
    return _looked_up.get() or read_organisation()


def read_organisation() -> Organisation:
    """Return the settings as the database holds them now."""
    return next(iter(read_models(Organisation, READ, [])), None) or Organisation(id=1)


@contextmanager
def organisation_looked_up(row: str | None = UNKNOWN) -> Iterator[Organisation]:
    """Look the organisation up once, for as long as the block lasts.

    `row` is its row as JSON where that has been read already, None where there is none yet.
    """
    known = read_organisation() if row == UNKNOWN else _from_json(row) if row else Organisation(id=1)
    token = _looked_up.set(known)
    try:
        yield get_organisation()
    finally:
        _looked_up.reset(token)


def forget_organisation() -> None:
    """Have the next question ask the database: the settings have changed."""
    _looked_up.set(None)


def _from_json(row: str) -> Organisation:
    held = json.loads(row)
    names = [field.attname for field in Organisation._meta.concrete_fields]
    return Organisation.from_db("default", names, [held[name] for name in names])
