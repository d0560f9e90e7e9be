from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.commerce.models import Order
from zhike.commerce.orders.queries import OrderFilters


class OrderFilterForm(forms.Form):
    """The filters in the address of the list; what does not fit is left out, and `faults` says so."""

    q = forms.CharField(required=False, max_length=100)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    status = forms.ChoiceField(required=False, choices=[("", _("Any state")), *Order.Status.choices])
    since = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d"))
    until = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d"))
    returns = forms.BooleanField(required=False)

    def filters(self) -> OrderFilters:
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return OrderFilters(
            text=(given.get("q") or "").strip(),
            customer_id=given.get("customer"),
            status=given.get("status") or "",
            since=given.get("since"),
            until=given.get("until"),
            returns=given.get("returns") or False,
        )

    def faults(self) -> list[str]:
        """Return a sentence for each day that is none."""
        sentence = _("“{value}” is no day, so this filter is left out. Write days as 2026-11-21.")
        return [sentence.format(value=self.data[key][:40]) for key in ("since", "until") if key in self.errors]
