"""Custom fields as traits of rules."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.utils.translation import gettext as _

from zhike.accounts.public import User
from zhike.customers.custom_fields.computed import CUSTOM, formula_of, formula_type
from zhike.customers.custom_fields.definitions import all_fields, choice_name, name_of
from zhike.customers.custom_fields.rules import Definition
from zhike.engine.public import Form, Trait, TraitType

TYPES = {
    "text": TraitType.TEXT,
    "long_text": TraitType.TEXT,
    "number": TraitType.NUMBER,
    "money": TraitType.MONEY,
    "date": TraitType.DATE,
    "choice": TraitType.CHOICE,
    "choices": TraitType.TAGS,
    "yes_no": TraitType.CHOICE,
    "customer": TraitType.NUMBER,
    "user": TraitType.CHOICE,
}
MOST_PEOPLE = 500


def list_traits() -> Mapping[str, Trait]:
    """Return a trait for every field in use. Personal ones are none: a class's reason would tell what is masked."""
    fields = (one for one in all_fields().values() if not one.archived and not one.personal)
    found = {one.name: _formula_trait(one) if one.type == "formula" else _trait(one) for one in fields}
    return {key: trait for key, trait in found.items() if trait}


def _formula_trait(one: Definition) -> Trait | None:
    formula = formula_of(one)
    kind = TYPES[formula_type(one)]
    return Trait(one.name, kind, form=Form.FORMULA, label=name_of(one), formula=formula) if formula else None


def _trait(one: Definition) -> Trait | None:
    if one.type not in TYPES:
        return None
    return Trait(
        one.name, TYPES[one.type], CUSTOM, label=name_of(one), path=one.key, choices=_choices_of(one),
        only_choices=one.type in ("choice", "choices", "yes_no"),
    )  # fmt: skip


def _choices_of(one: Definition) -> Callable[[], Sequence[tuple[str, str]]] | None:
    match one.type:
        case "choice" | "choices":
            return partial(_own_choices, one)
        case "yes_no":
            return _yes_or_no
        case "user":
            return _people
    return None


def _own_choices(one: Definition) -> list[tuple[str, str]]:
    return [(each.key, choice_name(each)) for each in one.choices]


def _yes_or_no() -> list[tuple[str, str]]:
    return [("true", _("Yes")), ("false", _("No"))]


def _people() -> list[tuple[str, str]]:
    people = User.objects.filter(is_active=True).order_by("name", "id").values_list("id", "name")[:MOST_PEOPLE]
    return [(str(key), name) for key, name in people]
