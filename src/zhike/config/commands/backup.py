"""`zhike backup FILE`: database, keys and uploads in one file."""

import argparse
from pathlib import Path

from zhike.config.words import Phrase as _

DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=str(_("file to write, e.g. zhike.tar")))


def run(options: argparse.Namespace) -> dict[str, object]:
    from zhike.config.archive import write_backup
    from zhike.config.home import home_path

    return write_backup(home_path(), options.file.absolute())
