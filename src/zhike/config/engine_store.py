"""`zhike engine check` and `rebuild`: the engine's copy of this installation against its database."""

import argparse
from typing import Any

from zhike.config.words import Phrase as _
from zhike.config.words import shell_language


def add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help=str(_("copy anew the months that differ")))
    parser.set_defaults(analyse=check)


def add_rebuild(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(analyse=rebuild)


def check(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was compared and what differs, figures of both sides; `compared` is false before the first run."""
    _prepare()
    from django.utils.timezone import now

    from zhike.classification.public import check_store
    from zhike.kit.actor import SYSTEM

    found = check_store(repair=options.repair, by=SYSTEM, at=now()).to_json()
    return found | {"differing": {_name(one): one for one in found["differing"]}} if not options.json else found


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
