"""Input where a class is set above the rule. What is allowed is decided in the actions, for the API too."""

from datetime import date, datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.classification.errors import EndInPast
from zhike.classification.models import CustomerClass, Scheme
from zhike.kit.clock import day_end


class OverrideForm(forms.Form):
    class_id = forms.IntegerField(required=False)
    reason = forms.CharField(required=False, max_length=10_000)
    ends_on = forms.DateField(required=False)
    kept_out = forms.BooleanField(required=False)  # where classes overlap: not into it, but out of it

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


def hand_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the types that are set by hand with their classes, and with each the way out of all of them."""
    schemes = Scheme.objects.filter(kind=Scheme.Kind.HAND, status=Scheme.Status.ACTIVE).order_by("position", "id")
    classes = CustomerClass.objects.filter(scheme__in=schemes, retired_at=None).order_by("position", "id")
    return [
        (
            scheme.name,
            [(f"{scheme.key}:{one.id}", one.name) for one in classes if one.scheme_id == scheme.id]
            + [(f"{scheme.key}:", str(_("In none of them")))],
        )
        for scheme in schemes
    ]


class HandForm(forms.Form):
    """A class of a type that is set by hand, for many at once; the value is `type:class`, or `type:` for none."""

    target = forms.ChoiceField(label=_("Class"), choices=hand_choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Stands with each customer, and in the trail.")
    )

    @property
    def has_types(self) -> bool:
        """Whether any type is set by hand."""
        return bool(hand_choices())
