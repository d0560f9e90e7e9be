"""The columns that the list has by itself."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhike.customers.listing.rows import Row
from zhike.customers.models import Customer, ExternalId
from zhike.customers.places.rules import country_name, division_name
from zhike.customers.registries import Column, Text, listing_columns
from zhike.ui.public import face, format_column_money, format_day, format_number


def register() -> None:
    for column in (
        Column(
            "kind",
            _("Person or company"),  # a type of classes may be called “kind of customer”
            cell=lambda row: Customer.Kind(row.kind).label,
            export=_field("kind"),
            shown=False,
            order=10,
        ),
        Column("place", _("Place"), cell=place_of, shown=False, order=15),
        Column("value", _("Net of 365 days"), cell=_value_cell, numeric=True, sort="value", order=60),
        Column(
            "purchase_days",
            _("Purchase days"),
            cell=lambda row: format_number(row.frequency),
            numeric=True,
            shown=False,
            order=62,
        ),
        Column("last_purchase", _("Last purchase"), cell=_day_cell, numeric=True, sort="last_purchase", order=64),
        Column("owner", _("Owner"), cell=_owner_cell, export=_field("owner__name"), order=80),
        Column("tags", _("Tags"), cell=_tags_cell, export=_tags_export, shown=False, order=85),
        Column(
            "created",
            _("Created"),
            cell=_created_cell,
            export=_field("created_at"),
            sort="created",
            shown=False,
            order=90,
        ),
        *(Column(key, label, export=_field(key), order=0 if key == "name" else 95) for key, label in EXPORTED.items()),
        Column("external_id", _("External id"), export=external_ids_of, order=0),
    ):
        listing_columns.add(column.key, column)


EXPORTED: dict[str, Text] = {
    "name": _("Name"),
    "country": _("Country"),
    "province": _("Province"),
    "city": _("City"),
    "gender": _("Gender"),
    "birthday": _("Birthday"),
    "industry": _("Industry"),
    "employees": _("Employees"),
    "source": _("Source"),
}


def place_of(row: Row | Customer) -> str:
    """Return where a customer is, in the reader's language: 浙江 杭州, Hangzhou, Zhejiang; abroad the country."""
    return _place(row.country, row.province, row.city, get_language() or "")


@lru_cache(maxsize=8192)
def _place(country: str, province: str, city: str, language: str) -> str:
    if country and country != "CN":
        return country_name(country, language)
    names = dict.fromkeys((division_name(province, language), division_name(city, language)))
    known = [name for name in names if name]
    return ", ".join(reversed(known)) if language.startswith("en") else " ".join(known)


def _value_cell(row: Row) -> str:
    return format_column_money(row.value, row.currency)


def _day_cell(row: Row) -> str:
    return format_day(row.last_purchase, "short")


def _created_cell(row: Row) -> str:
    return format_day(row.created_at, "short")


def _owner_cell(row: Row) -> str:
    if not row.owner_name:
        return ""
    return format_html('<span class="zk-row">{}{}</span>', face(row.owner_name), row.owner_name)


def _tags_cell(row: Row) -> str:
    return format_html_join(" ", '<span class="zk-tag">{}</span>', ((tag,) for tag in row.tags[:4]))


def _field(name: str) -> Callable[[Sequence[int]], Mapping[int, Any]]:
    return lambda ids: dict(Customer.objects.filter(id__in=ids).values_list("id", name))


def _tags_export(ids: Sequence[int]) -> Mapping[int, Any]:
    return {key: ", ".join(tags) for key, tags in Customer.objects.filter(id__in=ids).values_list("id", "tags")}


def external_ids_of(ids: Sequence[int]) -> Mapping[int, Any]:
    """The first number that another system knows the customer by."""
    found = ExternalId.objects.filter(customer_id__in=ids).order_by("-id").values_list("customer_id", "value")
    return dict(found)
