"""`zhike engine check` and `rebuild`: the engine's copy of this installation against its database."""

import argparse
import sys
from typing import Any

from zhike.config.words import Phrase as _
from zhike.config.words import shell_language


def add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help=str(_("copy anew the months that differ")))


def add_rebuild(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(analyse=rebuild)


def check(options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    """Return what was compared and what differs, figures of both sides, and 1 where it still differs, else 0.

    `compared` is false before the first run. What it comes to is a sentence on the standard error output.
    """
    _prepare()
    from django.utils.timezone import now

    from zhike.classification.public import check_store
    from zhike.kit.actor import SYSTEM

    found = check_store(repair=options.repair, by=SYSTEM, at=now()).to_json()
    sys.stderr.write(f"zhike: {_say(found)}\n")
    shown = found if options.json else found | {"differing": {_name(one): one for one in found["differing"]}}
    return shown, 0 if found["right"] else 1


def _say(found: dict[str, Any]) -> str:
    """Return what a check comes to, and what to do."""
    if not found["compared"]:
        return str(_("Nothing has been copied yet, so there is nothing to compare; the next run copies everything."))
    parts = ", ".join(_name(one) for one in found["differing"])
    if not parts:
        return str(_("The copy holds what the database does."))
    if found["repaired"]:
        told = _(
            "The copy differed from the database in {parts}. That was copied anew; the classes follow by themselves."
        )
    else:
        told = _(
            "The copy differs from the database in {parts}. “zhike engine check --repair” copies that anew; nothing "
            "was changed."
        )
    return str(told).format(parts=parts)


def rebuild(options: argparse.Namespace) -> dict[str, Any]:
    """Copy the whole database again, compute all anew, and return the report of the run."""
    _prepare()
    from django.utils.timezone import now

    from zhike.classification.public import rebuild_store
    from zhike.kit.actor import SYSTEM

    return dict(rebuild_store(by=SYSTEM, at=now()).report)


def _name(part: dict[str, Any]) -> str:
    return f"{part['dataset']} {part['month']}".strip()


def _prepare() -> None:
    from zhike.config.ready import make_ready

    make_ready()
    from django.utils.translation import activate

    activate(shell_language())
