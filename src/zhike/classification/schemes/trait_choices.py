"""The values to choose from for a trait: what the editor offers, what text may call them, whether others fit."""

from django.utils.translation import override

from zhike.accounts.public import User
from zhike.classification.models import CustomerClass
from zhike.engine.public import traits

from .wording import KINDS

PLACES = ("country", "province", "city")  # chosen from the classes of the scheme of that name
OWN = {"kind": ("person", "company"), "gender": ("male", "female")}
LANGUAGES = ("zh-hans", "en")


def choices_of(trait_key: str) -> list[tuple[str, str]]:
    """Return the values that the editor offers for a trait, as (value, name); none: any text may be typed."""
    if trait_key in OWN:
        return [(one, str(KINDS[one])) for one in OWN[trait_key]]
    if trait_key == "owner":
        return [(str(one.id), one.name) for one in User.objects.filter(is_active=True).order_by("name", "id")[:500]]
    if trait_key in PLACES:
        classes = CustomerClass.objects.filter(scheme__key=trait_key, retired_at=None).exclude(key="unknown")
        return [(one.key, one.name) for one in classes.order_by("key")[:1000]]
    trait = traits.get(trait_key)
    return list(trait.choices()) if trait and trait.choices else []


def values_by_name(trait_key: str) -> dict[str, str]:
    """Return the values of a trait by what a person may call them: themselves, or their name in either language where
    it is no other's.
    """
    named: dict[str, set[str]] = {}
    for language in LANGUAGES:
        with override(language):
            for value, name in choices_of(trait_key):
                named.setdefault(name, set()).add(value)
                named[value] = {value}
    return {name: values.pop() for name, values in named.items() if len(values) == 1}


def fits(trait_key: str, value: str) -> bool:
    """Tell whether a customer can have a value: where there are no others than the choices, one of them."""
    trait = traits.get(trait_key)
    if trait_key in OWN or (trait and trait.only_choices):
        return any(one == value for one, _name in choices_of(trait_key))
    return True
