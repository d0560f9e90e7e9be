from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import currency_choices, zone_choices

from .firm_kinds import FIRM_KINDS


def firm_kind_choices() -> list[tuple[str, SafeString]]:
    mark = '<span><b>{}</b><br><span class="zk-sub zk-2">{}</span></span>'
    return [(one.key, format_html(mark, one.name, one.meaning)) for one in FIRM_KINDS]


class FirmForm(forms.Form):
    name = forms.CharField(label=_("Name of your firm"), max_length=200)
    person = forms.CharField(
        label=_("Your name"), max_length=80, required=False, help_text=_("Colleagues see it beside what you do.")
    )
    firm_kind = forms.ChoiceField(
        label=_("What kind of firm is it?"),
        choices=firm_kind_choices,
        initial=FIRM_KINDS[0].key,
        widget=forms.RadioSelect,
        help_text=_("It decides which management types you begin with. All of them can be changed later."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
