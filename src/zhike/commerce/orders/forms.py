from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhike.commerce.models import Order, Product
from zhike.commerce.orders.naming import source_label
from zhike.commerce.orders.queries import OrderFilters, list_sources
from zhike.commerce.products.queries import list_product_names
from zhike.customers.public import owner_choices, visible_customers
from zhike.kit.actor import Actor
from zhike.kit.text import tidy
from zhike.ui.public import FilterForm, OfferedText

LARGEST_ID = 2**62


class OrderFilterForm(FilterForm):
    """The filters of the list of orders, in its address."""

    q = forms.CharField(required=False, max_length=100, label=_("Number or customer"), widget=forms.SearchInput)
    status = forms.MultipleChoiceField(
        required=False, choices=Order.Status.choices, label=_("State"), widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(required=False, label=_("From day"), widget=forms.DateInput(format="%Y-%m-%d"))
    until = forms.DateField(required=False, label=_("Until day"), widget=forms.DateInput(format="%Y-%m-%d"))
    product = forms.CharField(
        required=False, max_length=100, label=_("Product"), widget=OfferedText(offers=list_product_names)
    )
    owner = forms.ChoiceField(required=False, label=_("Owner of the customer"))
    source = forms.ChoiceField(required=False, label=_("Source"))
    returns = forms.BooleanField(required=False, label=_("Returns only"))
    counted = forms.BooleanField(required=False, label=_("As sums count: own currency, not cancelled"))
    customer = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, label=_("Customer"), widget=forms.HiddenInput
    )

    def __init__(self, params: QueryDict, *, actor: Actor) -> None:
        super().__init__(params)
        self.actor = actor
        self.choose("owner", lambda: owner_choices(actor))
        self.choose("source", lambda: [(one, source_label(one)) for one in list_sources()])

    def filters(self) -> OrderFilters:
        owner = self.value_of("owner")
        return OrderFilters(
            text=tidy(self.value_of("q") or ""),
            customer_id=self.value_of("customer"),
            owner_id=int(owner) if owner and owner.isdecimal() else None,
            unowned=bool(owner) and not owner.isdecimal(),
            product=self.value_of("product") or "",
            source=self.value_of("source") or "",
            statuses=self.value_of("status") or (),
            since=self.value_of("since"),
            until=self.value_of("until"),
            returns=bool(self.value_of("returns")),
            counted=bool(self.value_of("counted")),
        )

    def words_of(self, name: str) -> str:
        if name == "customer":
            found: Any = visible_customers(self.actor).filter(id=self.value_of(name)).values_list("name", flat=True)
            return found.first() or "–"
        if name == "product":
            sku = self.value_of(name)
            return Product.objects.filter(sku=sku).values_list("name", flat=True).first() or sku
        return super().words_of(name)
