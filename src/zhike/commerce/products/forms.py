from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ProductForm(forms.Form):
    """A product written down or mended by hand; the number of a known one stays."""

    sku = forms.CharField(label=_("Product number (SKU)"), max_length=100)
    name = forms.CharField(
        label=_("Name"), max_length=300, required=False, help_text=_("Left empty, it is called by its number.")
    )
    category = forms.CharField(
        label=_("Product category"),
        max_length=100,
        required=False,
        help_text=_("One that is in use, or a new one. Rules ask for it: customers are classified anew soon after."),
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["sku"]
            self.fields["name"].required, self.fields["name"].help_text = True, ""
