"""The organisation's own fields, and the forms that classes decide, in a set-up file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zhike.customers.public import apply_field, apply_forms, export_fields, export_forms, order_fields
from zhike.kit.actor import Actor
from zhike.kit.errors import Refusal

from .errors import SetupWrong, say_malformed

FORMULA = "formula"


def export_customer_fields() -> list[dict[str, Any]]:
    return export_fields()


def apply_customer_fields(found: Any, by: Actor, at: datetime) -> list[str]:
    """Make the fields what the file says, formulas after what they reckon with; fields that it does not name stay."""
    if not isinstance(found, list) or not all(isinstance(one, Mapping) and "key" in one for one in found):
        raise SetupWrong(place="fields", reason=_("a list of fields is expected, each with a key."))
    changes: list[str] = []
    waiting = sorted(found, key=lambda one: one.get("type") == FORMULA)
    while waiting:
        first, problem = None, None
        for wanted in waiting:
            try:
                changes += _apply_field(wanted, by, at)
            except SetupWrong as wrong:
                if wanted.get("type") != FORMULA:
                    raise
                problem = problem or wrong  # it may reckon with a formula that comes later
                continue
            first = wanted
            break
        if first is None:
            assert problem is not None
            raise problem
        waiting.remove(first)
    return changes + order_fields([str(one["key"]) for one in found], by=by, at=at)


def _apply_field(wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    place = f"fields.{str(wanted['key'])[:60]}"
    try:
        return apply_field(wanted, by=by, at=at)
    except Refusal as refusal:
        raise SetupWrong(place=place, reason=refusal.message) from refusal
    except (KeyError, TypeError, AttributeError) as error:
        raise SetupWrong(place=place, reason=say_malformed(error)) from error


def export_customer_forms() -> dict[str, Any]:
    return export_forms()


def apply_customer_forms(found: Any, by: Actor, at: datetime) -> list[str]:
    """Make the forms what the file says; forms that it does not name stay."""
    try:
        return apply_forms(found, by=by, at=at)
    except Refusal as refusal:
        raise SetupWrong(place="forms", reason=refusal.message) from refusal
    except (KeyError, TypeError, AttributeError) as error:
        raise SetupWrong(place="forms", reason=say_malformed(error)) from error
