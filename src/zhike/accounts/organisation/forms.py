from functools import lru_cache

from babel import Locale
from babel.dates import get_timezone_location
from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from zhike.kit.money import currencies
from zhike.ui.public import LOCALES, spoken

from .rules import time_zones


def zone_choices() -> list[tuple[str, str]]:
    """Return zones with the city as the reader's language writes it, where that tells more: Asia/Shanghai 上海."""
    return _named_zones(spoken())


def currency_choices() -> list[tuple[str, str]]:
    """Return currencies with their names, the usual ones first: CNY 人民币, CNY Chinese Yuan."""
    return _named_currencies(spoken())


@lru_cache
def _named_zones(language: str) -> list[tuple[str, str]]:
    found = []
    for zone in time_zones():
        plain = zone.replace("_", " ")
        city = get_timezone_location(zone, locale=LOCALES[language], return_city=True)
        found.append((zone, plain if city in plain else f"{plain} {city}"))
    return found


@lru_cache
def _named_currencies(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(LOCALES[language]).currencies
    usual = ["CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY"]
    return [(code, f"{code} {names.get(code, '')}".strip()) for code in [*usual, *sorted(currencies() - set(usual))]]


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
