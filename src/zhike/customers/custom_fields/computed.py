"""What formulas come to: the same steps on pages, in files, in rules and in every database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from zhike.accounts.public import get_organisation
from zhike.customers.custom_fields.definitions import all_fields
from zhike.customers.custom_fields.formulas import (
    FIGURES,
    Formula,
    Unreadable,
    find_circle,
    names_in,
    parse_formula,
    steps_of,
    type_of,
)
from zhike.customers.custom_fields.rules import Definition
from zhike.engine import public as engine
from zhike.kit.money import minor_digits

CUSTOM = "custom"  # column of the customer table: a JSON object
COLUMNS = {"employees": "employees", "value": "monetary", "frequency": "frequency"}  # of FIGURES, as rules know them


@dataclass(frozen=True, slots=True)
class Figures:
    """What formulas may ask of a customer besides the custom fields; amounts in minor units."""

    employees: int | None = None
    value: int | None = None
    frequency: int | None = None


def compute_value(one: Definition, values: Mapping[str, Any], figures: Figures) -> Decimal | None:
    """Return what a formula comes to for a customer, an amount in whole minor units; None where it lacks something."""
    formula = formula_of(one)
    if formula is None:
        return None
    held = {column: getattr(figures, name) for name, column in COLUMNS.items()}
    return engine.find_result(formula, held | {CUSTOM: values})


def formula_of(one: Definition) -> engine.Formula | None:
    """Return what a formula field computes; None where it can no longer be read."""
    fields, currency = all_fields(), get_organisation().currency
    global _kept
    if _kept[0] is not fields or _kept[1] != currency:
        _kept = (fields, currency, {})
    key = (one.key, one.formula, one.limits.decimals)
    if key not in _kept[2]:
        _kept[2][key] = _read_or_none(one, fields, currency)
    return _kept[2][key]


# The fields and the currency that these formulas were made for.
_kept: tuple[Mapping[str, Definition], str, dict[tuple[str, str, int], engine.Formula | None]] = ({}, "", {})


def _read_or_none(one: Definition, fields: Mapping[str, Definition], currency: str) -> engine.Formula | None:
    try:
        return read_formula(one, {**fields, one.key: one}, currency)
    except Unreadable:
        return None


def read_formula(one: Definition, fields: Mapping[str, Definition], currency: str) -> engine.Formula:
    """Return what a formula field computes.

    :raises Unreadable: if it cannot be read, asks for itself, or is too long with the formulas that it asks for.
    """
    formulas = {key: parse_formula(text) for key, text in _asked(one, fields).items()}
    if find_circle(formulas):
        raise Unreadable("circle", 1, one.key)
    types, scale = formula_types(fields), 10 ** minor_digits(currency)
    made: dict[str, engine.Steps] = {}

    def held(key: str) -> engine.Steps:
        if key not in formulas:
            return engine.Held(CUSTOM, key) if key in fields else engine.Held(COLUMNS[key])
        if key not in made:
            made[key] = steps_of(formulas[key], held, types, scale)
            if engine.count_steps(made[key]) > engine.MOST_STEPS:
                raise Unreadable("too_large", 1, key)
        return made[key]

    kind = type_of(formulas[one.key], types)  # what is unknown is refused here, before it is asked for
    return engine.Formula(held(one.key), 0 if kind == "money" else one.limits.decimals)


def _asked(one: Definition, fields: Mapping[str, Definition]) -> dict[str, str]:
    """Return the texts of a formula and of all that it asks for, by key."""
    found, open_keys = {one.key: one.formula}, [one.key]
    while open_keys:
        for key in names_in(parse_formula(found[open_keys.pop()])):
            other = fields.get(key)
            if other is not None and other.type == "formula" and key not in found:
                found[key] = other.formula
                open_keys.append(key)
    return found


def formula_types(fields: Mapping[str, Definition]) -> Callable[[str], str]:
    """Return what tells a name of formulas "number" or "money"; "" for what is neither."""

    def type_of_name(key: str) -> str:
        one = fields.get(key)
        if one is None or one.archived or one.personal:
            return FIGURES.get(key, "")
        if one.type == "formula":
            return type_of(parse_formula(one.formula), type_of_name)
        return one.type if one.type in ("number", "money") else ""

    return type_of_name


def formula_type(one: Definition) -> str:
    """Return "number" or "money": what a formula comes to; a number where it can no longer be read."""
    formula = parsed(one.formula)
    try:
        return type_of(formula, formula_types(all_fields())) if formula else "number"
    except Unreadable:
        return "number"


@lru_cache(maxsize=500)
def parsed(text: str) -> Formula | None:
    try:
        return parse_formula(text)
    except Unreadable:
        return None
