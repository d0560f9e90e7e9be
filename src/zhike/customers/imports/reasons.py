"""Why a row was refused, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from zhike.customers.imports.kinds import ImportKind, Text

SENTENCES: Mapping[str, Text] = {
    "missing": _("{field} is empty"),
    "not_a_time": _("{field} is no date or time that can be read; write it like 2026-03-08 14:30"),
    "not_a_date": _("{field} is no date that can be read; write it like 2026-03-08"),
    "not_a_number": _("{field} is not a number"),
    "unknown_currency": _("{field} is not known; write three letters such as CNY"),
    "unknown_value": _("{field} has a value that is not known"),
    "not_found": _("{field} names nobody who can be found"),
    "too_long": _("{field} is too long"),
    "price_negative": _("{field} is below zero"),
    "amount_too_large": _("the amount of the line is too large"),
    "differs": _("{field} differs from that of the order's first line"),
    "not_yours": _("the customer is a colleague's"),
    "below_zero": _("{field} is below zero"),
    "in_future": _("{field} lies in the future"),
    "too_small": _("{field} is smaller than allowed"),
    "too_large": _("{field} is larger than allowed"),
    "decimals": _("{field} has more decimal places than allowed"),
    "pattern": _("{field} is not written as it must be"),
    "taken": _("{field} has a value that another customer has already"),
    "lost_letters": _("{field} has letters that the file lost; write them anew"),
    "unreadable": _("the line cannot be cut into the columns of the heading"),
}


def say_problems(kind: ImportKind, problems: str) -> str:
    """Return a row's problems (`missing:at;not_a_number:quantity`) as one sentence in the reader's language."""
    return str(_("; ")).join(say_problem(kind, problem) for problem in problems.split(";"))


def say_problem(kind: ImportKind, problem: str) -> str:
    code, _colon, key = problem.partition(":")
    label = next((field.label for field in kind.fields if field.key == key), key)  # a field may be gone since
    return str(SENTENCES[code]).format(field=label)
