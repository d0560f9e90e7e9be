from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .actions import REASON_LENGTH
from .errors import DecisionUnclear


class DecisionForm(forms.Form):
    """What a reviewer sends: which decision, and what it needs. What is allowed is decided in the actions."""

    outcome = forms.ChoiceField(choices=[(one, one) for one in ("confirmed", "changed", "postponed")])
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH, required=False)
    class_id = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    next_on = forms.DateField(required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    @property
    def decision(self) -> dict[str, Any]:
        """Return what was sent. :raises DecisionUnclear: if it is no decision."""
        if not self.is_valid():
            raise DecisionUnclear(problem=" ".join(str(one) for errors in self.errors.values() for one in errors))
        return dict(self.cleaned_data)
