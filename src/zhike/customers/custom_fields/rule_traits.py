"""Custom fields as traits of rules. Formulas are none: a rule asks for what they are made of."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.utils.translation import gettext as _

from zhike.accounts.public import User
from zhike.customers.custom_fields.definitions import all_fields, choice_name, name_of
from zhike.customers.custom_fields.rules import Definition
from zhike.engine.public import Trait, TraitType

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
COLUMN = "custom"  # of the customer table: a JSON object
MOST_PEOPLE = 500


def list_traits() -> Mapping[str, Trait]:
    """Return a trait for every field in use. Personal ones are none: a class's reason would tell what is masked."""
    fields = (one for one in all_fields().values() if not one.archived and not one.personal)
    return {one.name: _trait(one) for one in fields if one.type in TYPES}


def _trait(one: Definition) -> Trait:
    return Trait(one.name, TYPES[one.type], COLUMN, label=name_of(one), path=one.key, choices=_choices_of(one))


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
