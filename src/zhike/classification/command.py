"""`zhike classify`: put every customer into their classes."""

import argparse
from datetime import date
from typing import Any

from django.utils.timezone import now

from zhike.kit.actor import SYSTEM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="judge as of this day; default: today")
    parser.add_argument("--full", action="store_true", help="compute everything anew, not only what changed")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return the report of the run: as_of, customers, counts per scheme and class, changed, seconds."""
    from .evaluation.actions import run_classification

    return run_classification(as_of=options.as_of, full=options.full, by=SYSTEM, at=now()).report
