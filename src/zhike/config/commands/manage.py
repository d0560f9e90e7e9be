"""`zhike manage …`: Django's own commands."""

import argparse
import sys

DATABASE = True
RAW = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything is Django's."""


def run(options: argparse.Namespace) -> None:
    from django.core.management import execute_from_command_line

    sys.argv[0] = "zhike manage"
    execute_from_command_line(["zhike manage", *options.rest])
