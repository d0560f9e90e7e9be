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
    # Where classes overlap, a class with “out-” before it is one to be kept out of.
    class_id = forms.RegexField(r"^(out-)?[1-9][0-9]{0,8}$", label=_("New class"), required=False, strip=True)
    ends_on = forms.DateField(label=_("Until"), required=False)
    next_on = forms.DateField(label=_("Until"), required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    seen_class = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)

    @property
    def decision(self) -> dict[str, Any]:
        """Return what was sent. :raises DecisionUnclear: if it is no decision."""
        if not self.is_valid():
            raise DecisionUnclear(problem=" ".join(self._said(name) for name in self.errors))
        found = dict(self.cleaned_data)
        chosen = found["class_id"]
        kept_out, number = chosen.startswith("out-"), chosen.removeprefix("out-")
        return found | {"class_id": int(number) if number else None, "kept_out": kept_out}

    def _said(self, name: str) -> str:
        """Return what is wrong with a field, with the field's name before it."""
        label = str(self.fields[name].label or name)
        return _("{field}: {problem}").format(field=label, problem=" ".join(map(str, self.errors[name])))
