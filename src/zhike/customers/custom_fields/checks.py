"""Whether a field's definition makes sense as a whole."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.customers.custom_fields import errors
from zhike.customers.custom_fields.computed import read_formula
from zhike.customers.custom_fields.definitions import definition_of, name_of, read_fields
from zhike.customers.custom_fields.formulas import Formula, Unreadable, find_circle, parse_formula
from zhike.customers.custom_fields.rules import (
    KEY,
    PATTERNS,
    TEXTS,
    UNIQUE,
    Definition,
    as_decimal,
    clean_value,
)
from zhike.customers.models import CustomField
from zhike.kit.text import tidy

MOST_CHOICES = 300
REASONS: Mapping[str, str | Promise] = {
    "too_long": _("It is too long; make two formulas of it."),
    "unknown_sign": _("This sign is not known here."),
    "unexpected": _("Something else is expected here."),
    "ends_early": _("It ends too early."),
    "too_deep": _("Its brackets lie too deep."),
    "unknown_function": _("Known are empty, least and most."),
    "unknown_name": _("There is no number, amount or formula of this name."),
    "amount_by_amount": _("An amount times an amount means nothing."),
    "number_by_amount": _("A number by an amount means nothing."),
    "too_large": _("With the formulas that it asks for it is too long."),
    "number_too_large": _("Numbers stay below 1,000,000,000,000."),
    "mixed": _("Amounts and numbers cannot be added or compared."),
}


def check_definition(field: CustomField) -> None:
    """Tidy a field that is about to be saved.

    :raises Invalid: a subclass that names the input at fault. :raises FormulaCircle: if formulas ask in a circle.
    """
    for name, length in (("name_zh", 60), ("name_en", 60), ("help_zh", 300), ("help_en", 300)):
        setattr(field, name, tidy(getattr(field, name))[:length])
    if not field.name_zh and not field.name_en:
        raise errors.FieldNameMissing
    if field.type not in CustomField.Type.values or field.kinds not in ("", "person", "company"):
        raise errors.LimitsWrong(name=field.name_zh or field.name_en)
    if field.unique and field.type not in UNIQUE:
        raise errors.UniqueUnfit
    field.searchable = bool(field.searchable and field.type == "text" and not field.personal)
    field.choices = field.choices if field.type in ("choice", "choices") else []
    _check_choices(field)
    _check_limits(field)
    if field.type == "formula":
        field.required = field.personal = False
        check_formula(field)
    else:
        field.formula = ""
    one = definition_of(field)
    field.default = clean_value(one, field.default) if field.type != "formula" and not field.unique else None


def check_formula(field: CustomField) -> Formula:
    """:raises FormulaWrong: if it cannot be read. :raises FormulaCircle: if it asks for itself in the end."""
    held = read_fields()
    fields = {**held, field.key: definition_of(field)}
    try:
        formula = parse_formula(field.formula)
        circle = find_circle({key: parse_formula(one.formula) for key, one in fields.items() if one.formula})
        if circle:
            raise errors.FormulaCircle(circle=" → ".join(name_of(fields[key]) for key in circle))
        currency = get_organisation().currency
        for one in fields.values():
            if one.key == field.key or (one.formula and not one.archived and _reads(one, held, currency)):
                read_formula(one, fields, currency)  # others stay as they were, readable or not
    except Unreadable as wrong:
        reason = str(REASONS[wrong.reason])
        kind = errors.FormulaWrong if wrong.at else errors.FormulaUnfinished
        raise kind(at=wrong.at, place=wrong.place, reason=reason) from wrong
    return formula


def _reads(one: Definition, fields: Mapping[str, Definition], currency: str) -> bool:
    try:
        read_formula(one, fields, currency)
    except Unreadable:
        return False
    return True


def _check_choices(field: CustomField) -> None:
    if field.type not in ("choice", "choices"):
        return
    if not any(not one["retired"] for one in field.choices):
        raise errors.ChoicesMissing
    keys = [one["key"] for one in field.choices]
    for line, one in enumerate(field.choices, 1):
        named = tidy(one["zh"]) or tidy(one["en"])
        if not KEY.fullmatch(one["key"]) or keys.count(one["key"]) > 1 or not named or line > MOST_CHOICES:
            raise errors.ChoiceWrong(line=line)


def _check_limits(field: CustomField) -> None:
    given = {key: value for key, value in field.limits.items() if value not in ("", None)}
    name = field.name_zh or field.name_en
    ends = [given.get(one) for one in ("least", "most")]
    if field.type in ("number", "money"):
        numbers = [as_decimal(one) if one is not None else None for one in ends]
        if any(one is not None and number is None for one, number in zip(ends, numbers, strict=True)):
            raise errors.LimitsWrong(name=name)
        if numbers[0] is not None and numbers[1] is not None and numbers[0] > numbers[1]:
            raise errors.LimitsWrong(name=name)
    elif field.type == "date":
        days = [clean_value(Definition("limit", "date"), one) for one in ends if one]
        if len(days) == 2 and str(days[0]) > str(days[1]):
            raise errors.LimitsWrong(name=name)
    else:
        given = {key: value for key, value in given.items() if key not in ("least", "most")}
    if field.type not in TEXTS:
        given = {key: value for key, value in given.items() if key not in ("length", "pattern")}
    if given.get("pattern", "digits") not in PATTERNS or not 0 <= int(given.get("decimals", 2)) <= 6:
        raise errors.LimitsWrong(name=name)
    field.limits = given
