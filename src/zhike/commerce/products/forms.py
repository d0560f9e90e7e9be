from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhike.commerce.products.queries import ProductFilters, list_categories
from zhike.kit.text import tidy
from zhike.ui.public import FilterForm, OfferedText


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
        widget=OfferedText(offers=lambda: [(one, one) for one in list_categories()]),
    )

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["sku"]
            self.fields["name"].required, self.fields["name"].help_text = True, ""


class ProductFilterForm(FilterForm):
    """The filters of the list of products, in its address."""

    q = forms.CharField(required=False, max_length=100, label=_("Name or number"), widget=forms.SearchInput)
    category = forms.ChoiceField(required=False, label=_("Category"))
    uncategorised = forms.BooleanField(required=False, label=_("Without a category"))

    def __init__(self, params: QueryDict) -> None:
        super().__init__(params)
        self.choose("category", lambda: [(one, one) for one in list_categories()])

    def filters(self) -> ProductFilters:
        return ProductFilters(
            text=tidy(self.value_of("q") or ""),
            category=self.value_of("category") or "",
            uncategorised=bool(self.value_of("uncategorised")),
        )
