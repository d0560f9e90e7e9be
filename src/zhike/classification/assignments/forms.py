"""Input where a class is set above the rule. What is allowed is decided in the actions, for the API too."""

from datetime import date, datetime

from django import forms
from django.http import QueryDict

from zhike.accounts.public import get_organisation
from zhike.classification.errors import EndInPast
from zhike.kit.clock import day_end


class OverrideForm(forms.Form):
    class_id = forms.IntegerField(required=False)
    reason = forms.CharField(required=False, max_length=10_000)
    ends_on = forms.DateField(required=False)

    def __init__(self, sent: QueryDict) -> None:
        super().__init__(sent)
        self.is_valid()

    @property
    def ends_at(self) -> datetime | None:
        """The end of the last day, in the organisation's zone.

        :raises EndInPast: if what was sent is no day.
        """
        if "ends_on" in self.errors:
            raise EndInPast
        day: date | None = self.cleaned_data.get("ends_on")
        return day_end(day, get_organisation().time_zone) if day else None
