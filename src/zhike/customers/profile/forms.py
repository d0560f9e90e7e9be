from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.customers.contacts.actions import NewAddress, NewContact
from zhike.customers.listing.facets import NOBODY, owner_choices
from zhike.customers.models import Customer
from zhike.customers.profile.labels import FIELD_LABELS, GENDER_LABELS
from zhike.customers.profile.rules import EMPLOYEES, NAME_LENGTH, TEXT_FIELDS
from zhike.kit.actor import Actor


class NewCustomerForm(forms.Form):
    """The few things that are known first; the rest is filled in on the customer's page."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    kind = forms.ChoiceField(label=_("Kind"), choices=Customer.Kind.choices, initial=Customer.Kind.COMPANY)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=320, required=False)
    wechat = forms.CharField(label=_("WeChat"), max_length=100, required=False)
    place = forms.CharField(
        label=_("Address"), max_length=500, required=False, help_text=_("From the province down: 浙江省杭州市西湖区…")
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=1000, required=False, help_text=_("Several: with commas between")
    )
    source = forms.CharField(label=_("Source"), max_length=100, required=False)

    def fields_of_customer(self) -> dict[str, Any]:
        """Return the checked input as `create_customer` takes it."""
        given = self.cleaned_data
        contacts = [NewContact(kind, given[kind]) for kind in ("phone", "email", "wechat") if given[kind]]
        return {
            "name": given["name"],
            "kind": given["kind"],
            "tags": given["tags"],
            "source": given["source"],
            "contacts": contacts,
            "address": NewAddress(line=given["place"]) if given["place"] else None,
        }


class FieldForm(forms.Form):
    """One field of the profile, edited in place."""

    def __init__(self, *args: Any, key: str, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = field_input(key, actor)
        self.fields["value"].widget.attrs["autofocus"] = True


def field_input(key: str, actor: Actor) -> forms.Field:
    label = FIELD_LABELS[key]
    match key:
        case "kind":
            return forms.ChoiceField(label=label, choices=Customer.Kind.choices)
        case "gender":
            return forms.ChoiceField(label=label, choices=list(GENDER_LABELS.items()), required=False)
        case "birthday":
            day = forms.DateInput(format="%Y-%m-%d")
            return forms.CharField(label=label, required=False, widget=day)
        case "employees":
            return forms.IntegerField(label=label, min_value=0, max_value=EMPLOYEES, required=False)
        case "owner":
            people = [("" if value == NOBODY else value, name) for value, name in owner_choices(actor)]
            return forms.ChoiceField(label=label, choices=people, required=False)
        case "tags":
            return forms.CharField(
                label=label, max_length=4000, required=False, help_text=_("Several: with commas between")
            )
    return forms.CharField(label=label, max_length=TEXT_FIELDS.get(key, NAME_LENGTH), required=key == "name")
