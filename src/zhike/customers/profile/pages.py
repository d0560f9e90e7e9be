"""The profile in words, and the forms that change it."""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhike.customers.models import Customer, ExternalId
from zhike.customers.profile.labels import FIELD_LABELS, GENDER_LABELS
from zhike.customers.profile.rules import FIELDS
from zhike.ui.public import format_day, format_number


class ProfileLine(NamedTuple):
    """A field of the profile; `field` is the key by which it is edited, empty for what is not edited in place."""

    label: Any
    value: str
    field: str = ""


def profile_lines(customer: Customer, *, external_ids: list[ExternalId]) -> list[ProfileLine]:
    """Return the fields that this kind of customer has, with their values in words."""
    lines = [profile_line(customer, field.key) for field in FIELDS.values() if customer.kind in field.kinds]
    lines.extend(ProfileLine(one.source, one.value) for one in external_ids)
    lines.append(ProfileLine(_("Added on"), format_day(customer.created_at)))
    return lines


def profile_line(customer: Customer, key: str) -> ProfileLine:
    return ProfileLine(FIELD_LABELS[key], field_text(customer, key), key)


def draw_value(line: ProfileLine, customer: Customer, *, may_change: bool, held: bool = False) -> SafeString:
    """Return a field's value, to be pressed for editing where it can be; `held`: it takes the focus."""
    if not (may_change and line.field):
        return SafeString(escape(line.value or "–"))
    url = escape(reverse("customers:field", args=[customer.id, line.field]))
    words = {"label": line.label, "value": line.value}
    shown = escape(line.value) if line.value else f'<span class="zk-3">{escape(_("Add"))}</span>'
    target, focus = f'hx-get="{url}" hx-target="#field-{line.field}"', " autofocus" if held else ""
    said = escape(_("Edit %(label)s: %(value)s") % words)
    return SafeString(
        f'<a class="zk-link" id="edit-{line.field}" dir="auto" href="{url}" {target}'
        f' aria-label="{said}"{focus}>{shown}</a>'
    )


def field_text(customer: Customer, key: str) -> str:
    """Return a field's value as people read it."""
    match key:
        case "kind":
            return str(Customer.Kind(customer.kind).label)
        case "gender":
            return str(GENDER_LABELS.get(customer.gender, customer.gender))
        case "birthday":
            return format_day(customer.birthday) if customer.birthday else ""
        case "employees":
            return format_number(customer.employees) if customer.employees is not None else ""
        case "tags":
            return "、".join(customer.tags)
        case "owner":
            return customer.owner.name if customer.owner else ""
    return str(getattr(customer, key))


def field_value(customer: Customer, key: str) -> str:
    """Return a field's value as a form holds it, and as an undo sends it back."""
    match key:
        case "tags":
            return ", ".join(customer.tags)
        case "owner":
            return str(customer.owner_id or "")
    value = getattr(customer, key)
    return "" if value is None else str(value)
