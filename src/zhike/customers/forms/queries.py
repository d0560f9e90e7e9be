"""Which form a customer has, and what they lack in it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhike.customers.custom_fields.definitions import list_fields, name_of
from zhike.customers.custom_fields.rules import PREFIX, Definition
from zhike.customers.forms.layouts import FormField, Layout, Section, all_forms
from zhike.customers.forms.registries import class_of
from zhike.customers.models import Customer
from zhike.customers.profile.labels import FIELD_LABELS
from zhike.customers.profile.rules import FIELDS


def get_layout(customer: Customer) -> Layout | None:
    """Return the form of a customer's class, else that of everybody else; None where the organisation has neither."""
    forms = all_forms()
    if not forms.layouts:
        return None
    return forms.of_class(class_of(customer.id, forms.scheme) if forms.scheme else "")


def sections_of(customer: Customer, fields: Sequence[Definition]) -> list[tuple[str, list[Definition]]]:
    """Return custom fields by the sections of the customer's form; what has a value and no place in it comes last."""
    layout = get_layout(customer)
    if layout is None:
        return [(_("More about them"), list(fields))]
    known = {one.name: one for one in fields}
    found = [
        (section.title, [known[one.name] for one in section.fields if one.name in known]) for section in layout.sections
    ]
    placed = {one.name for one in layout.fields}
    rest = [one for one in fields if one.name not in placed and one.key in customer.custom]
    return [(title, members) for title, members in [*found, (_("Other"), rest)] if members]


def required_names(layout: Layout | None, kind: str) -> list[str]:
    """Return what customers of a kind must have: by the form, and by the fields themselves."""
    own = {one.name: one for one in list_fields(kind=kind)}
    asked = [one.name for one in layout.fields if one.required] if layout else []
    known = [name for name in asked if name in own or (name in FIELDS and kind in FIELDS[name].kinds)]
    return list(dict.fromkeys([*known, *(name for name, one in own.items() if one.required)]))


def list_missing(customer: Customer) -> list[str]:
    """Return the names of what the customer's form requires and they lack, in the form's order."""
    names = required_names(get_layout(customer), customer.kind)
    return [name for name in names if held_value(customer, name) in (None, "", [])]


def describe_form(customer: Customer) -> dict[str, Any]:
    """Return what a customer's form asks for, what of it is required, and what they lack, as the API says it."""
    layout = get_layout(customer)
    required, missing = required_names(layout, customer.kind), list_missing(customer)
    own = {one.name for one in list_fields(kind=customer.kind)}
    shown = whole_layout(layout)

    def field(one: FormField) -> dict[str, Any]:
        return {
            "name": one.name, "label": label_of(one.name), "required": one.name in required,
            "missing": one.name in missing,
        }  # fmt: skip

    def fits(name: str) -> bool:
        return name in own or (name in FIELDS and customer.kind in FIELDS[name].kinds)

    return {
        "scheme": shown.scheme or "-",
        "class_key": shown.class_key or "-",
        "visit_form": shown.visit_form,
        "sections": [
            {"title": one.title, "fields": [field(each) for each in one.fields if fits(each.name)]}
            for one in shown.sections
        ],
        "required": required,
        "missing": missing,
    }


def held_value(customer: Customer, name: str) -> Any:
    if name.startswith(PREFIX):
        return customer.custom.get(name.removeprefix(PREFIX))
    return getattr(customer, name)


def label_of(name: str) -> str:
    own = {one.name: name_of(one) for one in list_fields()}
    return own.get(name) or str(FIELD_LABELS.get(name, name))


def whole_layout(layout: Layout | None) -> Layout:
    """Return a layout to show a form by: where there is none, every field in one section."""
    if layout is not None:
        return layout
    fields = tuple(FormField(one.name, one.required) for one in list_fields())
    return Layout(sections=(Section("", "", fields),) if fields else ())
