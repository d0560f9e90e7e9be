"""What schemes, classes, places and choices are called in rule text."""

from collections.abc import Callable
from functools import cache

from zhike.accounts.public import get_organisation
from zhike.classification.models import CustomerClass, Scheme
from zhike.classification.schemes.trait_choices import values_by_name
from zhike.customers.public import division_name, find_division
from zhike.engine.public import Names
from zhike.kit.money import minor_digits

PLACES = ("province", "city", "district", "place")
OWNER = "owner"  # a number; people share names


def get_names() -> Names:
    """Return what schemes, classes and places are called in rule text."""
    classes: dict[int, dict[int, str]] = {}
    for number, scheme_id, key in CustomerClass.objects.filter(retired_at=None).values_list("id", "scheme_id", "key"):
        classes.setdefault(scheme_id, {})[number] = key
    return Names(
        schemes=dict(Scheme.objects.exclude(status=Scheme.Status.RETIRED).values_list("id", "key")),
        classes=classes,
        decimals=minor_digits(get_organisation().currency),
        show=_show,
        read=_reader(),
    )


def _show(trait: str, value: str) -> str:
    return division_name(value) or value if trait in PLACES else value


def _reader() -> Callable[[str, str], str]:
    named = cache(values_by_name)

    def read(trait: str, text: str) -> str:
        if trait in PLACES:
            return _read_place(trait, text)
        return named(trait).get(text, text) if trait != OWNER else text

    return read


def _read_place(trait: str, text: str) -> str:
    code = find_division(text)
    if trait == "province" and code[2:4] != "00":
        return f"{code[:2]}0000" if code and code[2:] == "0100" else text  # 上海 is a province and its only city
    return code or text
