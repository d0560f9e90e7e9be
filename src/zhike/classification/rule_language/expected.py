"""What was expected where a rule text cannot be read, in the reader's language."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

EXPECTED: Mapping[str, Any] = {
    "a condition": _("a condition"),
    "a text that ends with a quotation mark": _("a text that ends with a quotation mark"),
    "a comparison such as =, >=, in, between, contains or is empty": _(
        "a comparison such as =, >=, in, between, contains or is empty"
    ),
    "a text in quotation marks, a number or a day": _("a text in quotation marks, a number or a day"),
    "a kind of fact": _("a kind of fact"),
    "a property of the fact": _("a property of the fact"),
    "a number": _("a number"),
    "a day such as 2026-11-22": _("a day such as 2026-11-22"),
    "a customer management type": _("a customer management type"),
    "a class of that type": _("a class of that type"),
    "the name of the draw in quotation marks": _("the name of the draw in quotation marks"),
    "“and”, “or” or the end": _("“and”, “or” or the end"),
    "fewer brackets within one another": _("fewer brackets within one another"),
    "a window: last 90 days, from 2026-01-01 to 2026-03-31, or calendar month": _(
        "a window: last 90 days, from 2026-01-01 to 2026-03-31, or calendar month"
    ),
}


WITH_NUMBERS = (
    (re.compile(r"a whole number from (\d+)"), _("a whole number from {number}")),
    (re.compile(r"at most (\d+) characters"), _("at most {number} characters")),
)


def expected_words(text: str) -> str:
    """Return what the parser expected; a word or sign of the language itself as it is."""
    for pattern, words in WITH_NUMBERS:
        if found := pattern.fullmatch(text):
            return str(words).format(number=found[1])
    return str(EXPECTED.get(text, text))
