from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.accounts.roles.queries import choices_by_room
from zhike.kit.actor import Actor

LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("", _("Until revoked"))]


class TokenForm(forms.Form):
    """A new token. It offers only what the person may."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What uses it, such as “Web shop”."))
    lifetime = forms.ChoiceField(label=_("Works for"), choices=LIFETIMES, required=False, initial="90")

    def __init__(self, *arguments: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*arguments, **options)
        held = [(room, [one for one in found if actor.may(one[0])]) for room, found in choices_by_room()]
        self.fields["permissions"] = forms.MultipleChoiceField(
            label=_("What it may do"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(room, found) for room, found in held if found],
        )

    def clean_lifetime(self) -> timedelta | None:
        days = self.cleaned_data["lifetime"]
        return timedelta(days=int(days)) if days else None
