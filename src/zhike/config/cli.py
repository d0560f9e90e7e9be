"""The command line: `zhike VERB …`. Each verb is a file in `commands/`, imported when it is called.

A command module has `add_arguments(parser)` and `run(options)`, which returns figures, an exit code, both (figures
first) or nothing. `DATABASE = True` brings the database up and migrated, and Django set up, before `run`. A room may
deliver such a module: see `ROOMS`.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from types import FrameType, ModuleType

from zhike.config.arguments import Parser
from zhike.config.errors import CannotStart
from zhike.config.full_disk import is_full_disk, ran_full
from zhike.config.home import home_path
from zhike.config.words import Phrase as _
from zhike.config.words import shell_language
from zhike.kit.errors import Refusal

VERBS = {
    "demo": _("try it: sample data, web server and worker, and a link to sign in with"),
    "serve": _("run the web server and the worker"),
    "worker": _("run the worker alone: imports, daily schedule"),
    "import": _("read customers or order lines from a file"),
    "classify": _("put every customer into their classes"),
    "rules": _("check a rule, say it in words, count and list who meets it"),
    "schemes": _("write the whole set-up of types and policies to a file, or bring it in"),
    "export": _("write customers with their classes to a file"),
    "engine": _("fit the engine's models to a file: value, churn, products bought together"),
    "user": _("make a link with which a person signs in"),
    "backup": _("write everything to one file"),
    "restore": _("bring everything back from such a file"),
    "show": _("print what the rooms have registered"),
    "manage": _("run one of Django's own commands"),
    "test": _("set up and run the tests"),
    "check": _("run all static checks"),
    "bench": _("measure, and print the figures"),
    "messages": _("bring the translation catalogues up to date"),
    "screenshots": _("take the pictures of the guide anew"),
    "package": _("build the wheel and prove that it runs by itself"),
    "upgrade": _("lock the newest versions of all packages"),
}
ROOMS = {
    "import": "zhike.customers.imports.command",
    "classify": "zhike.classification.command",
    "rules": "zhike.classification.rule_language.command",
    "schemes": "zhike.classification.setup_file.command",
    "export": "zhike.customers.export_command",
}
ENDED_BY_SIGNAL = 128


def main(arguments: list[str] | None = None) -> None:
    """Run a verb and leave with its exit code: 0 done, 1 not as it should be, 2 refused, 3–6 cannot start."""
    words = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    signal.signal(signal.SIGTERM, _leave)
    try:
        sys.exit(run_verb(words))
    except CannotStart as refusal:
        _complain(refusal)
        sys.exit(refusal.exit_code)
    except Refusal as refusal:
        _complain(refusal)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # `zhike … | head`: nobody reads on
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(ENDED_BY_SIGNAL + signal.SIGINT)
    except Exception as error:
        if not is_full_disk(error):
            raise
        full = ran_full(home_path())
        _complain(full)
        sys.exit(full.exit_code)


def run_verb(words: list[str]) -> int:
    """Run one verb and return its exit code."""
    verb = words[0] if words else "help"
    if verb in ("help", "-h", "--help"):
        print_help()
        return 0
    if verb not in VERBS:
        sys.stderr.write(f"zhike: {_('There is no such command')}: {verb}\n\n")
        print_help()
        return 2
    command = _load(verb)
    options = parse(verb, command, words[1:])
    if getattr(command, "DATABASE", verb in ROOMS):
        _prepare()
    figures = command.run(options)
    if isinstance(figures, int):
        return figures
    figures, code = figures if isinstance(figures, tuple) else (figures, 0)
    if figures is not None:
        sys.stdout.write(render(figures, as_json=options.json))
    return code


def _load(verb: str) -> ModuleType:
    """Import a verb's module, and with it only what it needs: `help` answers at once."""
    if verb in ROOMS:
        from zhike.config.ready import set_django_up

        set_django_up()  # a room's command imports its models
    return import_module(ROOMS.get(verb, f"zhike.config.commands.{verb}"))


def _prepare() -> None:
    from django.utils.translation import activate

    from zhike.config.ready import make_ready

    make_ready()
    activate(shell_language())


def parse(verb: str, command: ModuleType, words: list[str]) -> argparse.Namespace:
    if getattr(command, "RAW", False):
        return argparse.Namespace(rest=words, json=False)
    parser = Parser(prog=f"zhike {verb}", description=str(VERBS[verb]), allow_abbrev=False)
    command.add_arguments(parser)
    if "--json" not in parser._option_string_actions:
        parser.add_argument("--json", action="store_true", help=str(_("print the figures as JSON")))
    if getattr(command, "PASSES_REST", False):
        options, rest = parser.parse_known_args(words)
        options.rest = rest
        return options
    return parser.parse_args(words)


def render(figures: Mapping[str, object], *, as_json: bool) -> str:
    """Return figures as one JSON object, or as indented lines for people."""
    if as_json:
        return json.dumps(figures, ensure_ascii=False, default=str) + "\n"
    return "".join(_lines(figures, 0))


def print_help() -> None:
    width = max(len(verb) for verb in VERBS)
    lines = [f"  {verb:<{width}}  {summary}\n" for verb, summary in VERBS.items()]
    head = _("Zhike 知客: customer management that closes the loop")
    tail = _("zhike VERB --help says more about one. ZHIKE_HOME is the folder for everything that is kept.")
    sys.stdout.write(f"{head}\n\n{''.join(lines)}\n{tail}\n")


def _lines(figures: Mapping[str, object], depth: int) -> list[str]:
    lines = []
    for key, value in figures.items():
        if isinstance(value, Mapping):
            lines += [f"{'  ' * depth}{key}\n", *_lines(value, depth + 1)]
        else:
            lines.append(
                f"{'  ' * depth}{key}: {value:,}\n" if type(value) is int else f"{'  ' * depth}{key}: {value}\n"
            )
    return lines


def _complain(refusal: Refusal) -> None:
    sys.stderr.write(f"zhike: {refusal.message}\n")


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(ENDED_BY_SIGNAL + number)


if __name__ == "__main__":
    main()
