"""Which value a condition wants, in the reader's language, where the engine says it in English."""

import re

from django.utils.translation import gettext_lazy as _

WANTED = (
    (re.compile(r"a text of 1 to (\d+) characters is wanted"), _("Here belongs a text of 1 to {0} characters.")),
    (re.compile("a date such as .* is wanted"), _("Here belongs a day such as 2026-11-22.")),
    (
        re.compile(r"a number is wanted, of at most (\d+) digits and (\d+) decimal places"),
        _("Here belongs a number of at most {0} digits and {1} decimal places."),
    ),
    (re.compile("a whole number is wanted"), _("Here belongs a whole number.")),
    (re.compile(r"a whole number from (\d+) to (\d+) is wanted"), _("Here belongs a whole number from {0} to {1}.")),
    (re.compile(r"at most (\d+) days are wanted"), _("Here belong at most {0} days.")),
    (
        re.compile(r"percents are from (\S+) to (\S+), with at most 2 decimal places"),
        _("Here belongs a percentage from {0} to {1} with at most 2 decimal places."),
    ),
    (
        re.compile("percentages rise from 0 to 100, with at most 2 decimal places"),
        _("The percentages of a draw rise from 0 to 100 and have at most 2 decimal places."),
    ),
    (
        re.compile("the draw has a name of 1 to (.*) characters"),
        _("The name of a draw has 1 to {0} characters."),
    ),
)


def wanted_words(reason: str) -> str:
    """Return a sentence; empty where there is none for the reason, as while nothing is filled in."""
    for pattern, words in WANTED:
        if found := pattern.fullmatch(reason):
            return str(words).format(*found.groups())
    return ""
