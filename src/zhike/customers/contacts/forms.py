from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.customers.contacts.actions import NewAddress, NewContact
from zhike.customers.models import ContactPoint, Customer


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactPoint.Kind.choices)
    value = forms.CharField(label=_("Number or address"), max_length=320)
    label = forms.CharField(label=_("Whose, or what for"), max_length=60, required=False)
    primary = forms.BooleanField(label=_("Use this one first"), required=False)

    def contact(self, customer: Customer) -> NewContact:
        return NewContact(**self.cleaned_data, country=customer.country or "CN")


class AddressForm(forms.Form):
    country = forms.CharField(label=_("Country"), max_length=60, required=False)
    place = forms.CharField(
        label=_("Province, city, district"), max_length=100, required=False, help_text=_("Such as 浙江省杭州市西湖区")
    )
    line = forms.CharField(label=_("Street and number"), max_length=500, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)

    @staticmethod
    def initial_of(customer: Customer) -> dict[str, Any]:
        """Return the primary address as the form shows it."""
        from zhike.customers.places.rules import country_name, divisions, split_division

        address = customer.addresses.filter(primary=True).first()
        if address is None:
            return {"country": country_name("CN")}
        part = split_division(address.division)
        codes = dict.fromkeys(code for code in (part.province, part.city, part.district) if code)
        names = dict.fromkeys(divisions()[code] for code in codes)
        return {
            "country": country_name(address.country) if address.country else "",
            "place": "".join(names),
            "line": address.line,
            "postcode": address.postcode,
        }

    def address(self) -> NewAddress:
        return NewAddress(**self.cleaned_data)
