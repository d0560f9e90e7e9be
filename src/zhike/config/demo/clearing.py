"""Taking the sample data out again, and only it."""

from collections import Counter
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, ProtectedError, QuerySet

# Sample orders take their facts with them. Facts are never edited, but these things never happened.
FACTS_OF_SAMPLE_ORDERS = """
DELETE FROM customers_fact f USING commerce_order o
WHERE f.refers_kind = 'order' AND f.refers_id = o.id AND o.sample
"""


def remove_sample_records() -> tuple[Counter[str], Counter[str]]:
    """Delete the sample records; return how many went and how many stay, by noun.

    A sample customer with a real order or a note stays, without its sample orders; a sample product that a real order
    holds and a sample user who did something stay too (the user can no longer sign in). Call it in a transaction.
    """
    gone: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(FACTS_OF_SAMPLE_ORDERS)
    gone["orders"] = _delete(_sample("commerce", "Order"), "commerce.Order")
    leaning = _sample("customers", "Customer").filter(_has("commerce", "Order") | _has("customers", "Note"))
    kept["customers"] = leaning.update(sample=False)
    gone["customers"] = _delete(_sample("customers", "Customer"), "customers.Customer")
    kept["products"] = (
        _sample("commerce", "Product").filter(_has("commerce", "OrderLine", "product")).update(sample=False)
    )
    gone["products"] = _delete(_sample("commerce", "Product"), "commerce.Product")
    _model("customers", "Notice").objects.filter(customer=None).delete()  # they count sample customers
    _remove_runs()
    gone["users"], kept["users"] = _remove_users()
    return gone, kept


def _model(room: str, noun: str) -> Any:
    return apps.get_model(room, noun)


def _sample(room: str, noun: str) -> QuerySet[Any]:
    found: QuerySet[Any] = _model(room, noun).objects.filter(sample=True)
    return found


def _has(room: str, noun: str, field: str = "customer") -> Exists:
    return Exists(_model(room, noun).objects.filter(**{field: OuterRef("pk")}))


def _delete(rows: QuerySet[Any], label: str) -> int:
    return rows.delete()[1].get(label, 0)


def _remove_runs() -> None:
    _model("customers", "ImportRun").objects.filter(options__sample=True).delete()


def _remove_users() -> tuple[int, int]:
    """Delete the sample people whom nothing names any more, and empty teams of theirs; shut out the others."""
    gone = kept = 0
    for user in _sample("accounts", "User"):
        if _try_delete(user):
            gone += 1
        else:
            _model("accounts", "User").objects.filter(id=user.id).update(sample=False, is_active=False)
            kept += 1
    return gone, kept


def _try_delete(record: Model) -> bool:
    try:
        with transaction.atomic():
            record.delete()
    except ProtectedError:
        return False
    return True
