"""What classification tells the fields and forms of customers: who asks for a field, and who is in which class."""

import json
from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhike.classification.models import Assignment, Scheme, SchemeVersion
from zhike.classification.schemes.queries import list_schemes_in_force
from zhike.customers.public import SortedClass, Sorter, Sorting, customer_sorters, field_uses


def register() -> None:
    field_uses.add("classification", list_rules_asking)
    customer_sorters.add("classification", Sorter(list_sortings, class_of))


def list_rules_asking(name: str) -> Sequence[str]:
    """Return the types, in force or as a draft, of which a rule asks for a field, in words."""
    wanted = f'"{name}"'  # as a key or a text of the rule's JSON; a key has no signs that JSON writes otherwise
    found = []
    for version in SchemeVersion.objects.select_related("scheme").exclude(rules={}).order_by("scheme_id", "number"):
        scheme = version.scheme
        counts = version.applied_at is None or version.number == scheme.version
        if counts and scheme.status != Scheme.Status.RETIRED and wanted in json.dumps(version.rules):
            words = _("the draft of {name}") if version.applied_at is None else _("the type {name}")
            found.append(words.format(name=scheme.name))
    return found


def list_sortings() -> list[Sorting]:
    """Return the types in force by whose classes forms can be chosen."""
    return [
        Sorting(one.scheme.key, one.scheme.name, [SortedClass(each.key, each.name, each.hue) for each in one.classes])
        for one in list_schemes_in_force()
        if not one.scheme.overlapping  # several classes at once: no one form could follow them
    ]


def class_of(customer_id: int, scheme_key: str) -> str:
    """Return the key of the class that a customer is in now, "" for none."""
    held = Assignment.objects.filter(customer_id=customer_id, scheme__key=scheme_key, valid_to=None)
    return held.values_list("to_class__key", flat=True).first() or ""
