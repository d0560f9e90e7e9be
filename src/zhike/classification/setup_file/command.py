"""`zhike schemes export|apply FILE`: the whole set-up of management types and policies as one reviewable file."""

import argparse
import json
import sys
from pathlib import Path

from django.utils.timezone import now

from zhike.kit.actor import SYSTEM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["export", "apply"])
    parser.add_argument("file", metavar="FILE", help="- stands for standard output or input")
    parser.add_argument("--dry-run", action="store_true", help="apply: say what would change, and change nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Write the file, or bring it in and print every change; a refusal ends with code 2 and nothing changed."""
    from .actions import apply_setup, export_setup

    path = None if options.file == "-" else Path(options.file)
    if options.what == "export":
        text = export_setup()
        sys.stdout.write(text) if path is None else path.write_text(text, encoding="utf-8")
        return 0
    text = sys.stdin.read() if path is None else path.read_text(encoding="utf-8")
    found = apply_setup(text=text, dry=options.dry_run, by=SYSTEM, at=now())
    if options.json:
        told = {"changed": found.count, "dry_run": found.dry, "changes": found.changes}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        lines = [line for part in found.changes.values() for line in part]
        sys.stdout.write("".join(f"{line}\n" for line in lines) or "–\n")
    return 0
