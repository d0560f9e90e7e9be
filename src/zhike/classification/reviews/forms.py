from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .actions import REASON_LENGTH
from .errors import DecisionUnclear


class DecisionForm(forms.Form):
    """What a reviewer sends: which decision, and what it needs. What is allowed is decided in the actions."""

    outcome = forms.ChoiceField(
        label=_("Your decision"), choices=[(one, one) for one in ("confirmed", "changed", "postponed")]
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH, required=False)
    class_id = forms.IntegerField(label=_("New class"), required=False, min_value=1, max_value=2**31 - 1)
    next_on = forms.DateField(label=_("Until"), required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    @property
    def decision(self) -> dict[str, Any]:
        """Return what was sent. :raises DecisionUnclear: if it is no decision."""
        if not self.is_valid():
            raise DecisionUnclear(problem=" ".join(self._said(name) for name in self.errors))
        return dict(self.cleaned_data)

    def _said(self, name: str) -> str:
        """Return what is wrong with a field, with the field's name before it."""
        label = str(self.fields[name].label or name)
        return _("{field}: {problem}").format(field=label, problem=" ".join(map(str, self.errors[name])))
