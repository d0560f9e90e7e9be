from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.accounts.models import Role

from .queries import choices_by_room


class RoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    scope = forms.ChoiceField(label=_("Whose records"), choices=Role.SCOPES, widget=forms.RadioSelect)
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"), required=False, widget=forms.CheckboxSelectMultiple, choices=choices_by_room
    )
