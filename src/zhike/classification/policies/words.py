"""Policies in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from zhike.customers.public import division_name
from zhike.ui.public import format_money, format_number

from .kinds import FieldType, Names, PolicyField, PolicyKind


def say_value(kind: PolicyKind, value: Mapping[str, Any], names: Names) -> str:
    """Return a value in one short phrase, in the reader's language."""
    if kind.words:
        return kind.words(value, names)
    parts = [f"{one.label} {say_field(one, value[one.key], names)}" for one in kind.fields if one.key in value]
    return " · ".join(parts)


def say_field(one: PolicyField, value: Any, names: Names) -> str:
    """Return the value of one field as people read it."""
    comma = pgettext("between names in a list", ", ")
    match one.type:
        case FieldType.WHOLE:
            return f"{format_number(value)} {one.unit}".strip()
        case FieldType.PERCENT:
            return f"{value}%"
        case FieldType.MONEY:
            return format_money(value, names.currency)
        case FieldType.CHOICE:
            return str(dict(one.choices).get(value, value))
        case FieldType.SEVERAL:
            return comma.join(str(dict(one.choices).get(each, each)) for each in value)
        case FieldType.TICK:
            return _("yes") if value else _("no")
        case FieldType.PERSON:
            return names.people.get(value, "?")
        case FieldType.TEAM:
            return names.teams.get(value, "?")
        case FieldType.AREAS:
            return comma.join(f"{say_place(each['place'])}: {say_recipient(each['to'], names)}" for each in value)
    return str(value)


def say_place(code: str) -> str:
    return division_name(code, get_language() or "zh-hans")


def say_recipient(to: str, names: Names) -> str:
    """Return the name of `person:3` or `team:2`."""
    noun, _colon, number = to.partition(":")
    return (names.people if noun == "person" else names.teams).get(int(number or 0), "?")
