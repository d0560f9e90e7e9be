"""Compiles translation catalogues: catalogues.py '["…/django.po", …]'."""

import json
import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(text: Path) -> None:
    """Write the .mo beside a .po; readers never see half of one."""
    with text.open("rb") as file:
        catalogue = read_po(file, locale=text.parent.parent.name, abort_invalid=True)
    fresh = text.with_name(f".{text.stem}.{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(text.with_suffix(".mo"))


if __name__ == "__main__":
    for name in json.loads(sys.argv[1]):
        compile_catalogue(Path(name))
