"""Kinds of firm: which of the built-in management types each begins with, in which order."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class FirmKind:
    """`schemes` are keys of built-in management types; the first is what the classes page opens with."""

    key: str
    name: str | Promise
    meaning: str | Promise
    schemes: tuple[str, ...]


FIRM_KINDS = (
    FirmKind(
        "general",
        _("General"),
        _("Lifecycle, value, RFM, province, city, kind of customer."),
        ("lifecycle", "value_tier", "rfm", "province", "city", "customer_kind"),
    ),
    FirmKind(
        "hardware",
        _("Hardware maker"),
        _("Value first, then lifecycle and RFM; home and abroad, country, province, company size."),
        ("value_tier", "lifecycle", "rfm", "market", "country", "province", "customer_kind", "scale"),
    ),
    FirmKind(
        "chip",
        _("Chip vendor"),
        _("Few large accounts: strategic and key ones, value, company size, home and abroad, country, lifecycle."),
        ("strategic", "value_tier", "scale", "market", "country", "lifecycle", "customer_kind"),
    ),
    FirmKind(
        "parcels",
        _("Parcel station"),
        _("People of the neighbourhood: lifecycle, RFM, value, kind of customer."),
        ("lifecycle", "rfm", "value_tier", "customer_kind"),
    ),
)
