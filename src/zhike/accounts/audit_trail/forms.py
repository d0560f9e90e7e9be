from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.accounts.models import User
from zhike.audit.public import TrailFilter, list_event_choices


class TrailForm(forms.Form):
    """What to show of the trail; a damaged filter shows everything."""

    actor = forms.ModelChoiceField(
        label=_("Who"), required=False, queryset=User.objects.order_by("name"), empty_label=_("Everybody")
    )
    subject_kind = forms.CharField(required=False, widget=forms.HiddenInput)
    subject_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["event"] = forms.ChoiceField(
            label=_("What happened"), required=False, choices=[("", _("Everything")), *list_event_choices()]
        )

    def wanted(self) -> TrailFilter:
        """Return the filter that the address asks for."""
        self.is_valid()
        found = self.cleaned_data
        return TrailFilter(
            actor=found["actor"].id if found.get("actor") else None,
            event=found.get("event", ""),
            subject_kind=found.get("subject_kind", ""),
            subject_id=found.get("subject_id"),
        )
