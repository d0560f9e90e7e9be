"""`zhike restore FILE`: bring a backup back, into a new home or with --force over an old one."""

import argparse
from pathlib import Path

from zhike.config.words import Phrase as _

DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=str(_("file that `zhike backup` wrote")))
    parser.add_argument("--force", action="store_true", help=str(_("replace what the home holds")))


def run(options: argparse.Namespace) -> dict[str, object]:
    from django.db import connection

    from zhike.config.archive import read_backup
    from zhike.config.home import home_path
    from zhike.config.ready import make_ready

    connection.close()
    figures = read_backup(home_path(), options.file.absolute(), force=options.force)
    make_ready()  # a backup of an older version is migrated at once
    return figures
