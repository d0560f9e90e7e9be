"""`zhike messages [ROOM …]`: bring translation catalogues up to date; `--check` only looks."""

import argparse
import sys

from zhike.config.checkout import checkout_folder
from zhike.config.words import Phrase as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rooms", nargs="*", help=str(_("rooms to update; without any, all of them")))
    parser.add_argument(
        "--check", action="store_true", help=str(_("change nothing; answer 1 when something is missing"))
    )


def run(options: argparse.Namespace) -> int:
    from zhike.config.catalogues import LANGUAGES, find_faults, list_rooms, update_catalogue

    source = checkout_folder() / "src" / "zhike"
    if options.check:
        faults = find_faults(source)
        sys.stdout.write("".join(f"{fault}\n" for fault in faults))
        return 1 if faults else 0
    for room in list_rooms(source):
        if not options.rooms or room.name in options.rooms:
            for language in LANGUAGES:
                came, went = update_catalogue(room, language)
                print(f"{room.name} {language}: +{came} −{went}")
    return 0
