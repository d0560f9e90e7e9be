"""A customer's form, made of a layout."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.customers.custom_fields.definitions import list_fields
from zhike.customers.custom_fields.forms import input_of, shown_in_form, typed
from zhike.customers.custom_fields.rules import PREFIX, Definition
from zhike.customers.forms.queries import held_value
from zhike.customers.models import Customer
from zhike.customers.profile.forms import field_input
from zhike.customers.profile.rules import FIELDS
from zhike.customers.rights import REVEAL
from zhike.kit.actor import Actor


class LayoutForm(forms.Form):
    """Inputs of some fields of one customer; `required` are those that must be filled."""

    def __init__(
        self, *args: Any, names: Sequence[str], required: Sequence[str], customer: Customer, actor: Actor, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own = writable_fields(customer.kind, actor)
        for name in names:
            if one := self.own.get(name):
                held = customer.custom.get(one.key)
                self.fields[name] = input_of(one, required=name in required, chosen=held)
                self.fields[name].initial = shown_in_form(one, held)
            elif name in FIELDS and customer.kind in FIELDS[name].kinds:
                self.fields[name] = field_input(name, actor)
                held = held_value(customer, name)
                self.fields[name].initial = "、".join(held) if isinstance(held, list) else held
                self.fields[name].required = name in required

    def changes(self, actor: Actor) -> dict[str, Any]:
        """Return the input as `change_customer` takes it."""
        return read_changes(self.own, self.cleaned_data, actor)


def writable_fields(kind: str, actor: Actor) -> dict[str, Definition]:
    """Return the custom fields that somebody may fill in for customers of a kind, by name."""
    return {
        one.name: one
        for one in list_fields(kind=kind)
        if one.type != "formula" and (not one.personal or actor.may(REVEAL))
    }


def read_changes(own: Mapping[str, Definition], given: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Return cleaned input by name as profile fields, and under `custom` the custom ones."""
    custom = {one.key: typed(one, given[name], actor) for name, one in own.items() if name in given}
    plain = {name: value for name, value in given.items() if not name.startswith(PREFIX)}
    return {**plain, **({"custom": custom} if custom else {})}


class SchemeForm(forms.Form):
    """Whose classes decide the form."""

    scheme = forms.ChoiceField(label=_("Forms follow the classes of"), required=False)

    def __init__(self, *args: Any, sortings: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["scheme"]
        choices.choices = [("", _("Nothing: one form for all")), *sortings]
