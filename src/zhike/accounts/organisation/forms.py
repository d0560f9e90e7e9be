from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from zhike.kit.money import currencies

from .rules import time_zones


def zone_choices() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in time_zones()]


def currency_choices() -> list[tuple[str, str]]:
    usual = ["CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY"]
    return [(code, code) for code in [*usual, *sorted(currencies() - set(usual))]]


def weekday_choices() -> list[tuple[int, str]]:
    return [(number + 1, str(name)) for number, name in WEEKDAYS.items()]


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("A business day begins and ends by it.")
    )
    currency = forms.ChoiceField(
        label=_("Currency"), choices=currency_choices, help_text=_("Customer values are counted in it.")
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("For who has not chosen one and whose browser asks for none that we speak."),
    )
    week_start = forms.TypedChoiceField(label=_("The week starts on"), choices=weekday_choices, coerce=int)
