"""`zhike export customers --columns … --out FILE.csv`"""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.http import QueryDict

from zhike.accounts.public import SYSTEM
from zhike.customers.export.actions import export_customers
from zhike.customers.export.columns import DEFAULT
from zhike.customers.export.pages import chosen_rows

DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["customers"])
    parser.add_argument("--columns", default=",".join(DEFAULT), help="keys of columns, with commas between")
    parser.add_argument("--out", metavar="FILE", help="where to write; without it to standard output")
    parser.add_argument(
        "--filter", default="", metavar="QUERY", help='as in the address of the list: "tag=VIP&sort=name"'
    )
    parser.add_argument("--json", action="store_true", help="print figures as JSON")


def run(options: argparse.Namespace) -> dict[str, Any] | None:
    """Write the file, and return how many customers are in it.

    :raises NoSuchColumn: if a column does not exist; no file is made then.
    """
    columns = [key.strip() for key in options.columns.split(",") if key.strip()]
    rows = chosen_rows(QueryDict(options.filter), actor=SYSTEM)
    parts = export_customers(rows=rows, columns=columns, filters=options.filter, by=SYSTEM)
    if not options.out:
        sys.stdout.writelines(parts)
        return None
    target = Path(options.out)
    unfinished = target.with_name(f"{target.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.writelines(parts)
    unfinished.replace(target)
    return {"file": str(target), "customers": rows.count(), "columns": columns}
