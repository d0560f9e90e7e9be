"""What the shell is told of words that do not fit a command, in the reader's language; argparse knows only English."""

import argparse
import re
from datetime import date
from typing import NoReturn

from zhike.config.words import Phrase as _

# What argparse says → the same as a sentence of ours; its own words fill the places.
_SAYS = {
    r"the following arguments are required: (?P<words>.+)": _("the following arguments are required: {words}"),
    r"unrecognized arguments: (?P<words>.+)": _("unrecognized arguments: {words}"),
    r"argument (?P<word>.+?): expected one argument": _("argument {word}: expected one argument"),
    r"argument (?P<word>.+?): invalid \w+ value: (?P<value>.+)": _("argument {word}: {value} does not fit"),
    r"argument (?P<word>.+?): invalid choice: (?P<value>.+) \(choose from (?P<words>.+)\)": _(
        "argument {word}: {value} is not among {words}"
    ),
    r"argument (?P<word>.+?): (?P<value>.+)": _("argument {word}: {value}"),
}


class Parser(argparse.ArgumentParser):
    """As argparse's; leaves with 2 after usage and one sentence."""

    def error(self, message: str) -> NoReturn:
        for pattern, phrase in _SAYS.items():
            if found := re.fullmatch(pattern, message, re.DOTALL):
                message = str(phrase).format(**found.groupdict())
                break
        super().error(message)


def day(word: str) -> date:
    """Read a day that the shell gives."""
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(_("a day as 2026-11-22 is wanted"))) from error


def number(word: str) -> float:
    """Read a number that the shell gives."""
    try:
        return float(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(_("a number is wanted"))) from error
