from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.classification.models import SchemeVersion

MONTHS = [
    ("12", gettext_lazy("12 months")),
    ("6", gettext_lazy("6 months")),
    ("24", gettext_lazy("24 months")),
    ("0", gettext_lazy("That day only")),
]


class SimulationForm(forms.Form):
    """Which version against which, on what day, how far back."""

    after = forms.TypedChoiceField(label=gettext_lazy("Try"), coerce=int)
    before = forms.TypedChoiceField(label=gettext_lazy("Compare with"), coerce=int)
    as_of = forms.DateField(label=gettext_lazy("On the day"), widget=forms.DateInput(attrs={"type": "date"}))
    months = forms.TypedChoiceField(
        label=gettext_lazy("And month by month over"), coerce=int, choices=MONTHS, initial="12"
    )

    def __init__(self, *args: Any, versions: list[SchemeVersion], in_force: int, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.number, version_label(one.number, one.applied_at is None, in_force)) for one in versions]
        self._choose("after", choices)
        self._choose("before", [*choices, (0, _("nothing: nobody is in a class"))])
        self.initial = {
            "after": versions[0].number if versions else "",
            "before": _compared(versions, in_force),
            "as_of": today.isoformat(),
            **self.initial,
        }
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def _choose(self, name: str, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _compared(versions: list[SchemeVersion], in_force: int) -> int:
    """Return what the newest version is first compared with: the one in force, else the one before, else nothing."""
    newest = versions[0].number if versions else 0
    if newest != in_force:
        return in_force
    return versions[1].number if len(versions) > 1 else 0


def version_label(number: int | None, is_draft: bool, in_force: int) -> str:
    """Return how a version is called: v2, with what it is now."""
    if not number:
        return _("no version")
    if is_draft:
        return _("v{number}, the draft").format(number=number)
    if number == in_force:
        return _("v{number}, in force").format(number=number)
    return f"v{number}"
