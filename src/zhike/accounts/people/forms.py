from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.accounts.models import Role, Team
from zhike.accounts.roles.naming import name_of


class RoleChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=100)
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=_("No team"),
        help_text=_("Leads and viewers see the records of their team."),
    )
    roles = RoleChoices(
        label=_("Roles"),
        queryset=Role.objects.order_by("-built_in", "id"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several roles add up."),
    )


class NewPersonForm(PersonForm):
    login = forms.CharField(
        label=_("Signs in as"),
        max_length=150,
        help_text=_("An e-mail address, a phone number or a short name. It stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = ["name", "login", "team", "roles"]
