from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhike.analytics.models import ModelRun
from zhike.ui.public import format_day


class RunForm(forms.Form):
    """As of which day a model is run."""

    as_of = forms.DateField(
        label=gettext_lazy("As of the day"),
        help_text=gettext_lazy("What happened before it counts. An earlier day shows what was to be foreseen then."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"as_of": today.isoformat(), **self.initial}
        field = self.fields["as_of"]
        field.widget.attrs["max"] = today.isoformat()
        field.validators.append(MaxValueValidator(today, _("This day has not come yet.")))


class CompareForm(forms.Form):
    """Which other run stands beside."""

    beside = forms.TypedChoiceField(label=pgettext_lazy("model", "Compare with"), coerce=int, required=False)

    def __init__(self, *args: Any, others: list[ModelRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["beside"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((one.id, run_label(one)) for one in others)]


def run_label(run: ModelRun) -> str:
    """Return how a run is called: its number, and as of when it tells."""
    words = _("Run {number}, as of {day}").format(number=run.id, day=format_day(run.as_of))
    return words + _(" (in use)") if run.in_use else words
