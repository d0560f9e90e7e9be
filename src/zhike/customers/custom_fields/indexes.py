"""Indexes that a field brings: one that holds it unique, one for texts to be found, one for ranges. Named by its id.

A field's key is small letters, digits and _ (the database holds it so), and is quoted as a literal all the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import sql

from zhike.customers.custom_fields.definitions import definition_of
from zhike.customers.custom_fields.errors import CustomersBusy, FieldTaken, ValuesNotUnique
from zhike.customers.custom_fields.rules import Definition
from zhike.customers.models import CustomField

PATIENCE = "4s"
UNIQUE = "CREATE UNIQUE INDEX IF NOT EXISTS {name} ON customers_customer (lower(custom ->> {key})) WHERE custom ? {key}"
FOUND = (
    "CREATE INDEX IF NOT EXISTS {name} ON customers_customer (lower(custom ->> {key}) text_pattern_ops)"
    " WHERE custom ? {key}"
)
NUMBERS_BETWEEN = (
    "CREATE INDEX IF NOT EXISTS {name} ON customers_customer (((custom ->> {key})::numeric)) WHERE custom ? {key}"
)
DAYS_BETWEEN = "CREATE INDEX IF NOT EXISTS {name} ON customers_customer ((custom ->> {key})) WHERE custom ? {key}"
DROPPED = "DROP INDEX IF EXISTS {name}"
KINDS = ("unique", "found", "numbers", "days")
TWICE = """
SELECT count(*) FROM (SELECT 1 FROM customers_customer WHERE custom ? %s
GROUP BY lower(custom ->> %s) HAVING count(*) > 1) AS twice
"""


def fit_indexes(field: CustomField) -> None:
    """Make or drop the indexes of a field, as it says now.

    :raises ValuesNotUnique: if values are not, :raises CustomersBusy: if customers stay locked for some seconds.
    """
    one = definition_of(field)
    with connection.cursor() as cursor:
        if field.unique:
            cursor.execute(TWICE, [field.key, field.key])
            if count := cursor.fetchone()[0]:
                raise ValuesNotUnique(name=one.title, count=count)
    wanted = (field.unique, field.searchable, field.type in ("number", "money"), field.type == "date")
    for kind, is_wanted, statement in zip(KINDS, wanted, (UNIQUE, FOUND, NUMBERS_BETWEEN, DAYS_BETWEEN), strict=True):
        _run(statement if is_wanted else DROPPED, kind, field)


def drop_indexes(field: CustomField) -> None:
    for kind in KINDS:
        _run(DROPPED, kind, field)


def _run(statement: str, kind: str, field: CustomField) -> None:
    parts = {"name": sql.Identifier(index_name(field.id, kind)), "key": sql.Literal(field.key)}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what this transaction wrote must be settled before
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            cursor.execute(sql.SQL(statement).format(**parts).as_string(connection.connection))
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except OperationalError as error:
        raise CustomersBusy from error


def index_name(field_id: int, kind: str) -> str:
    return f"custom_field_{field_id}_{kind}"


@contextmanager
def unique_values(fields: Iterable[Definition], values: Mapping[str, object]) -> Iterator[None]:
    """Say in words which value is taken, where the database refuses to have it twice.

    :raises FieldTaken: if another customer has it.
    """
    held = [one for one in fields if one.unique]
    if not held:
        yield
        return
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        for one in held:
            if index_name(one.id, "unique") in str(error):
                raise FieldTaken(one, value=values.get(one.key, "")) from error
        raise
