"""What the pages of custom fields need, loaded and worded."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhike.accounts.public import get_organisation
from zhike.customers.custom_fields.columns import Held, read_held
from zhike.customers.custom_fields.definitions import all_fields, help_of, list_fields, name_of
from zhike.customers.custom_fields.queries import Filled, list_filled
from zhike.customers.custom_fields.rules import Definition
from zhike.customers.custom_fields.uses import list_uses
from zhike.customers.custom_fields.wording import MASK, Names, names_of, value_text
from zhike.customers.models import Customer, CustomField
from zhike.customers.rights import CHANGE, REVEAL
from zhike.kit.actor import Actor
from zhike.ui.public import format_number


class CustomLine(NamedTuple):
    """A custom field on a customer's page. `masked`: it can be shown; `url_key`: it can be edited."""

    key: str
    label: str
    value: str
    note: str
    masked: bool
    editable: bool


def load_panel(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return what the page of a customer shows of the custom fields; None where there are none."""
    from zhike.customers.forms.queries import sections_of

    fields = list_fields(kind=customer.kind)
    if not fields:
        return None
    held = read_held([customer.id])[customer.id]
    names = names_of(fields, [held.values])
    sections = []
    for title, members in sections_of(customer, fields):
        lines = [custom_line(one, held, names, customer, actor) for one in members]
        sections.append((title, lines))
    return {"sections": sections}


def custom_line(one: Definition, held: Held, names: Names, customer: Customer, actor: Actor) -> CustomLine:
    value = held.value(one)
    masked = one.personal and value is not None
    text = MASK if masked else value_text(one, value, currency=get_organisation().currency, names=names)
    may = actor.may(CHANGE) and customer.archived_at is None and one.type != "formula"
    return CustomLine(
        one.key,
        name_of(one),
        text,
        help_of(one),
        masked and actor.may(REVEAL),
        may and (not one.personal or actor.may(REVEAL)),
    )


def line_of(one: Definition, customer: Customer, actor: Actor) -> CustomLine:
    held = read_held([customer.id])[customer.id]
    return custom_line(one, held, names_of([one], [held.values]), customer, actor)


class FieldRow(NamedTuple):
    """A field in the list of fields."""

    key: str
    name: str
    other: str
    type: str
    marks: Sequence[str]
    filled: str
    samples: str
    choices: Sequence[Any]


def fields_page(*, archived: bool) -> dict[str, Any]:
    """Return the context of the list of fields."""
    fields = list(all_fields().values())
    chosen = [one for one in fields if one.archived == archived]
    filled = list_filled([one for one in chosen if one.type != "formula"])
    return {
        "rows": [_row(one, filled.get(one.key)) for one in chosen],
        "archived": archived,
        "in_use": sum(not one.archived for one in fields),
        "put_away": sum(one.archived for one in fields),
    }


def _row(one: Definition, filled: Filled | None) -> FieldRow:
    kind = {"person": _("Persons"), "company": _("Companies")}.get(one.kinds, "")
    marks = [kind, *(word for set_, word in (
        (one.required, _("required")), (one.unique, _("unique")), (one.searchable, _("searchable")),
        (one.personal, _("personal")),
    ) if set_)]  # fmt: skip
    other = one.zh if name_of(one) != one.zh else one.en
    count = (
        "" if filled is None else format_number(filled.count) if filled.exact else f"≈ {format_number(filled.count)}"
    )
    return FieldRow(
        one.key, name_of(one), other, str(CustomField.Type(one.type).label), [mark for mark in marks if mark], count,
        one.formula or _samples(one, filled), [each for each in one.choices if not each.retired][:6],
    )  # fmt: skip


def _samples(one: Definition, filled: Filled | None) -> str:
    if filled is None or one.personal or one.choices:
        return ""
    values = [json.loads(text) if isinstance(text, str) else text for text in filled.samples]
    names = names_of([one], [{one.key: value} for value in values])
    currency = get_organisation().currency
    return "、".join(value_text(one, value, currency=currency, names=names)[:30] for value in values)


def field_page(one: Definition) -> dict[str, Any]:
    """Return what the page of one field shows beside its form."""
    filled = list_filled([one])[one.key] if one.type != "formula" else None
    return {"row": _row(one, filled), "uses": list_uses(one.key, one.name), "field": one}


def formula_help(*, but: str = "") -> SafeString:
    """Return what a formula may ask for and what it knows; `but` is the field whose formula it is."""
    comma = pgettext("between names in a list", ", ")
    names = format_html_join(comma, "<code>{}</code> {}", (one for one in formula_names() if one[0] != but))
    known = _("It knows + - * / and brackets, empty(a, b), least(a, b), most(a, b).")
    return format_html("{} {}<br>{}", _("A formula may ask for:"), names, known)


def formula_names() -> list[tuple[str, str]]:
    """Return what a formula may ask for, as (name, label)."""
    figures = [("value", _("Net of 365 days")), ("frequency", _("Purchase days")), ("employees", _("Employees"))]
    numbers = [one for one in list_fields() if one.type in ("number", "money", "formula") and not one.personal]
    return [*figures, *((one.key, name_of(one)) for one in numbers)]
