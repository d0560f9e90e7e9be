"""The form of a new customer: the few things that are known first, and what the form of the class asks."""

from typing import Any

from zhike.customers.custom_fields.forms import input_of, shown_in_form
from zhike.customers.forms.forms import read_changes, writable_fields
from zhike.customers.forms.layouts import all_forms
from zhike.customers.forms.queries import required_names, whole_layout
from zhike.customers.forms.registries import SortedClass, all_sortings
from zhike.customers.models import Customer
from zhike.customers.profile.forms import NewCustomerForm, field_input
from zhike.customers.profile.rules import FIELDS
from zhike.kit.actor import Actor


class NewCustomerByClass(NewCustomerForm):
    """`class_key` chooses the form of a class, where classes have forms of their own."""

    def __init__(self, *args: Any, actor: Actor, class_key: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, first = actor, tuple(self.fields)
        kind = str(self.data.get("kind") or Customer.Kind.COMPANY)
        self.own = writable_fields(kind, actor)
        layout = all_forms().of_class(class_key)
        names = [one.name for one in whole_layout(layout).fields]
        required = required_names(layout, kind)
        self.asked = [
            name for name in dict.fromkeys([*names, *required]) if name not in first and self._add(name, kind)
        ]
        for name in required:
            if name in self.fields:
                self.fields[name].required = True

    def _add(self, name: str, kind: str) -> bool:
        if one := self.own.get(name):
            self.fields[name] = input_of(one, chosen=one.default)
            self.fields[name].initial = shown_in_form(one, one.default)
        elif name in FIELDS and kind in FIELDS[name].kinds:
            self.fields[name] = field_input(name, self.actor)
        return name in self.fields

    def fields_of_customer(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in self.asked}
        return {"custom": {}, **read_changes(self.own, given, self.actor), **super().fields_of_customer()}


def classes_with_forms(chosen: str) -> list[tuple[SortedClass, bool]]:
    """Return the classes that have a form of their own, and whether each is the chosen one."""
    forms = all_forms()
    classes = [each for one in all_sortings() if one.key == forms.scheme for each in one.classes]
    return [(one, one.key == chosen) for one in classes if (forms.scheme, one.key) in forms.layouts]
