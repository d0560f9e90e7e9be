"""`zhike worker`: run background jobs until asked to stop."""

import argparse

from zhike.config.words import Phrase as _

DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until-idle", action="store_true", help=str(_("stop when no job is left")))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> None:
    from zhike.config.parent import follow_parent
    from zhike.config.worker import run_worker

    if options.child:
        follow_parent()
    run_worker(wait=not options.until_idle)
