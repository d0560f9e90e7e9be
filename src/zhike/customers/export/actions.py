from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhike.audit.public import record
from zhike.customers.errors import TooManyForSheet
from zhike.customers.events import CustomersExported
from zhike.customers.export.columns import export_columns, value_batches, write_csv
from zhike.customers.export.workbook import ROWS, write_workbook
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


def export_workbook(*, rows: QuerySet[Listing], columns: Sequence[str], filters: str, by: Actor) -> Iterator[bytes]:
    """Return the same as a workbook (XLSX), with the columns' names as people read them.

    :raises NoSuchColumn: if there is no such column. :raises TooManyForSheet: if they are more than a sheet holds.
    """
    chosen, count = export_columns(columns), rows.count()
    if count > ROWS:
        raise TooManyForSheet(count=count, limit=ROWS)
    record(event=CustomersExported(count, list(columns), filters), by=by)
    heading = [str(column.label) for column in chosen]
    return write_workbook(heading, value_batches(rows, chosen), name=_("Customers"))
