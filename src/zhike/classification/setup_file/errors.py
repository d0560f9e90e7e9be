import json

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid


class SetupUnreadable(Invalid):
    code = "classification.setup_unreadable"
    sentence = _("This is no file of a set-up: {reason}. Nothing was changed.")


class SetupWrong(Invalid):
    """`facts["place"]` says where in the file."""

    code = "classification.setup_wrong"
    sentence = _("At {place}: {reason} Nothing was changed.")


def say_unreadable(error: ValueError) -> str:
    """Return where a text is no JSON."""
    if isinstance(error, json.JSONDecodeError):
        return gettext("line {line}, column {column} is no JSON").format(line=error.lineno, column=error.colno)
    return gettext("it is no JSON")


def say_malformed(error: Exception) -> str:
    """Return what is wrong with the form of an entry: a name that is missing, or a value of another kind."""
    if isinstance(error, KeyError) and error.args:
        return gettext("“{name}” is missing or unknown.").format(name=str(error.args[0])[:60])
    return gettext("a value is not of the form that belongs there.")
