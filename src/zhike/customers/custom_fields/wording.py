"""Custom values in words, for pages, lists and files."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any

from django.utils.translation import gettext as _

from zhike.accounts.public import User
from zhike.customers.custom_fields.computed import formula_type
from zhike.customers.custom_fields.definitions import choice_name
from zhike.customers.custom_fields.rules import REFERENCES, Definition
from zhike.customers.models import Customer
from zhike.kit.money import from_minor, to_minor
from zhike.ui.public import format_day, format_money, format_number

MASK = "••••"

type Names = Mapping[tuple[str, int], str]  # (type of reference, id) → name


def value_text(one: Definition, value: Any, *, currency: str, names: Names) -> str:
    """Return a value as the reader's language writes it; empty for nothing."""
    if value is None:
        return ""
    match one.type:
        case "number":
            return _number_text(Decimal(value))
        case "money":
            return format_money(int(value), currency)
        case "date":
            return format_day(date.fromisoformat(value))
        case "choice" | "choices":
            keys = value if isinstance(value, list) else [value]
            return "、".join(_choice_text(one, key) for key in keys)
        case "yes_no":
            return _("Yes") if value else _("No")
        case "customer" | "user":
            return names.get((one.type, value), f"#{value}")
        case "formula":
            return _computed_text(one, value, currency)
    return str(value)


def _choice_text(one: Definition, key: str) -> str:
    found = one.choice(key)
    return choice_name(found) if found else str(key)


def _number_text(number: Decimal) -> str:
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return format_number(number, places) if places else format_number(int(number))


def _computed_text(one: Definition, value: Decimal, currency: str) -> str:
    if formula_type(one) == "money":
        return format_money(int(value), currency)
    return _number_text(value)


def form_text(one: Definition, value: Any, *, currency: str) -> Any:
    """Return a value as the input of a form holds it."""
    if value is None:
        return [] if one.type == "choices" else ""
    if one.type == "money":
        return f"{from_minor(int(value), currency):f}"
    if one.type == "yes_no":
        return "true" if value else "false"
    return value if isinstance(value, list) else str(value)


def read_form(one: Definition, text: Any, *, currency: str) -> Any:
    """Return what a form sent, as `clean_value` takes it: an amount in minor units."""
    if one.type != "money" or not str(text).strip():
        return text
    try:
        return to_minor(Decimal(str(text).replace(",", "").replace("，", "").strip()), currency)
    except DecimalException:
        return text


def file_value(one: Definition, value: Any, *, currency: str, names: Names) -> Any:
    """Return a value as files hold it: numbers and amounts plain, choices by name."""
    match one.type:
        case "number" if value is not None:
            return Decimal(value)
        case "money" if value is not None:
            return from_minor(int(value), currency)
        case "date" if value is not None:
            return date.fromisoformat(value)
        case "yes_no":
            return value
        case "formula" if value is not None:
            return from_minor(int(value), currency) if formula_type(one) == "money" else value
    return value_text(one, value, currency=currency, names=names) if value is not None else None


def names_of(fields: Sequence[Definition], customers: Sequence[Mapping[str, Any]]) -> Names:
    """Return the names of whom the values of these fields mean: a query for customers, one for colleagues."""
    ids: dict[str, set[int]] = {kind: set() for kind in REFERENCES}
    for one in fields:
        if one.type in REFERENCES:
            ids[one.type] |= {int(values[one.key]) for values in customers if one.key in values}
    found: dict[tuple[str, int], str] = {}
    if ids["customer"]:
        names = Customer.objects.filter(id__in=ids["customer"]).values_list("id", "name")
        found |= {("customer", key): name for key, name in names}
    if ids["user"]:
        found |= {
            ("user", key): name for key, name in User.objects.filter(id__in=ids["user"]).values_list("id", "name")
        }
    return found
