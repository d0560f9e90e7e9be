"""Names of the models of purchases, and why one may have nothing to say."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

NAMES = {
    "bgnbd": "BG/NBD",
    "mbgnbd": "MBG/NBD",
    "paretonbd": "Pareto/NBD",
    "nbd": "NBD",
    "gammagamma": "Gamma-Gamma",
}
MODEL_NAMES = {
    "bgnbd": _("BG/NBD: customers may leave after any purchase but the first"),
    "mbgnbd": _("MBG/NBD: customers may leave after any purchase"),
    "paretonbd": _("Pareto/NBD: customers may leave at any time"),
    "nbd": _("NBD: nobody leaves"),
}
MEANINGS = {
    "bgnbd": _("customers may leave after any purchase but the first"),
    "mbgnbd": _("customers may leave after any purchase"),
    "paretonbd": _("customers may leave at any time"),
    "nbd": _("nobody leaves"),
}
REASONS = {
    "no_customers": _("not identified: no customers"),
    "too_few_customers": _("not identified: too few customers ({customers}; at least {least} are needed)"),
    "no_repeat_buyers": _("not identified: no repeat buyers"),
    "too_few_repeat_buyers": _("not identified: too few repeat buyers ({repeat}; at least {least} are needed)"),
    "no_time": _("not identified: all purchases on one day"),
    "runs_away": _("not identified: parameter {parameter} runs away to {side}; the purchases do not tell it"),
    "flat": _("not identified: the likelihood is flat; other parameters fit as well"),
    "vague": _("not identified: parameter {parameter} could be anything (standard error of its logarithm {error})"),
    "no_spread": _("not identified: all amounts are the same"),
    "no_amounts": _("not identified: no repeat buyers with amounts above 0"),
}


def say_plain(reason: Mapping[str, Any] | str | None) -> str:
    """Return the words of a reason as a card keeps it."""
    if not reason:
        return ""
    if isinstance(reason, str):  # as the first cards kept it
        return reason
    return str(REASONS[reason["code"]]).format(**reason["facts"])
