from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from zhike.audit.public import record
from zhike.customers.events import CustomersExported
from zhike.customers.export.columns import export_columns, write_csv
from zhike.customers.models import Listing
from zhike.kit.actor import Actor


def export_customers(*, rows: QuerySet[Listing], columns: Sequence[str], filters: str, by: Actor) -> Iterator[str]:
    """Return a CSV of customers piece by piece, and write down who took how many of which.

    `rows` are those that the actor may see; `filters` says in the trail how they were chosen.

    :raises NoSuchColumn: if there is no such column, before anything is written down.
    """
    chosen = export_columns(columns)
    record(event=CustomersExported(rows.count(), list(columns), filters), by=by)
    return write_csv(rows, chosen)
