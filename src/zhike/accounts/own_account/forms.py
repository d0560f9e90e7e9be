from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class OwnAccountForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As my browser asks")), *settings.LANGUAGES]
    )
