"""What pydantic found wrong, in sentences for people."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = {
    "missing": _("This is required."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _("This must be a text."),
    "string_too_short": _("This must have at least {min_length} characters."),
    "string_too_long": _("This may have at most {max_length} characters."),
    "string_pattern_mismatch": _("This does not have the expected form."),
    "int_type": _("This must be a whole number."),
    "int_parsing": _("This must be a whole number."),
    "int_from_float": _("This must be a whole number."),
    "decimal_parsing": _("This must be a number."),
    "decimal_type": _("This must be a number."),
    "float_parsing": _("This must be a number."),
    "bool_parsing": _("This must be true or false."),
    "bool_type": _("This must be true or false."),
    "date_from_datetime_parsing": _("This must be a date such as 2026-05-31."),
    "date_parsing": _("This must be a date such as 2026-05-31."),
    "datetime_from_date_parsing": _("This must be an instant such as 2026-05-31T14:30:00+08:00."),
    "datetime_parsing": _("This must be an instant such as 2026-05-31T14:30:00+08:00."),
    "timezone_aware": _("This instant needs a time zone, such as +08:00."),
    "greater_than": _("This must be more than {gt}."),
    "greater_than_equal": _("This must be {ge} or more."),
    "less_than": _("This must be less than {lt}."),
    "less_than_equal": _("This must be {le} or less."),
    "enum": _("This must be one of {expected}."),
    "literal_error": _("This must be one of {expected}."),
    "list_type": _("This must be a list."),
    "too_long": _("This may hold at most {max_length} items."),
    "json_invalid": _("This is not JSON."),
}


def describe_errors(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return ninja's validation errors as {"in", "field", "code", "detail"}; `field` is a path such as lines.0.sku."""
    return [_describe(one) for one in errors]


def _describe(error: Mapping[str, Any]) -> dict[str, Any]:
    where, *path = [str(part) for part in error["loc"]]
    if where == "body" and len(path) > 1:
        path = path[1:]  # the first is the name of our argument
    sentence = SENTENCES.get(error["type"])
    detail = gettext(sentence).format(**error.get("ctx", {})) if sentence else str(error["msg"])
    return {"in": where, "field": ".".join(path), "code": error["type"], "detail": detail}
