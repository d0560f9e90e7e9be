"""Custom fields as columns of the list and of exports, and as its filters. Personal ones are neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import DecimalField, F, Func, Q, QuerySet, TextField, Value
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import User, get_organisation
from zhike.customers.custom_fields.computed import Figures, compute_value, formula_of, formula_type
from zhike.customers.custom_fields.definitions import choice_name, list_fields, name_of
from zhike.customers.custom_fields.ranges import Range, read_range, say_range
from zhike.customers.custom_fields.rules import CHOSEN, NUMBERS, SORTED, Definition
from zhike.customers.custom_fields.wording import file_value, names_of, value_text
from zhike.customers.models import Customer, Listing
from zhike.customers.registries import Choice, Column, Facet
from zhike.engine.public import formula_in_postgres
from zhike.kit.actor import Actor
from zhike.ui.public import pill

FIRST = 200  # order of the first custom field among columns and filters
UNSORTED = _("Does not sort: a formula is computed for each customer when the page is shown. Filter by it instead.")
# A formula over what it may ask for, under the names that rules know it by.
COMPUTED = '(SELECT {formula} FROM (SELECT %(expressions)s) AS held ("custom", "employees", "monetary", "frequency"))'
ASKED = ("custom", "employees", "listing__value", "listing__frequency")
ANY, NONE = "any", "none"  # filled in, not filled in


@dataclass(frozen=True, slots=True)
class Held:
    """What a customer has in the custom fields, with what formulas ask for."""

    values: Mapping[str, Any]
    figures: Figures

    def value(self, one: Definition) -> Any:
        return compute_value(one, self.values, self.figures) if one.type == "formula" else self.values.get(one.key)


def list_columns() -> list[Column]:
    """Return a column for every field in use that is not personal; each asks its own query for a page of customers."""
    return [
        Column(
            one.name,
            name_of(one),
            load=partial(_cells, one),
            export=partial(_plain, one, get_language()),  # a file is written after the request has ended
            numeric=one.type in NUMBERS,
            sort=one.name if one.type in SORTED else "",
            shown=False,
            order=FIRST + one.position,
            note=UNSORTED if one.type == "formula" else "",
        )
        for one in list_fields()
        if not one.personal
    ]


def read_held(customer_ids: Sequence[int]) -> dict[int, Held]:
    """Return customers' custom values and the figures that formulas use, in one query."""
    rows = Customer.objects.filter(id__in=customer_ids).values_list(
        "id", "custom", "employees", "listing__value", "listing__frequency"
    )
    return {key: Held(values, Figures(*figures)) for key, values, *figures in rows}


def _cells(one: Definition, customer_ids: Sequence[int]) -> dict[int, Any]:
    held, currency = read_held(customer_ids), get_organisation().currency
    names = names_of([one], [each.values for each in held.values()])
    if one.type in ("choice", "choices"):
        return {key: _pills(one, each.value(one)) for key, each in held.items()}
    return {key: value_text(one, each.value(one), currency=currency, names=names)[:120] for key, each in held.items()}


def _pills(one: Definition, value: Any) -> SafeString | str:
    keys = value if isinstance(value, list) else [value] if value else []
    found = [choice for key in keys if (choice := one.choice(key))]
    return format_html_join(" ", "{}", ((pill(choice_name(each), each.hue, quiet=True),) for each in found))


def _plain(one: Definition, language: str | None, customer_ids: Sequence[int]) -> dict[int, Any]:
    held, currency = read_held(customer_ids), get_organisation().currency
    names = names_of([one], [each.values for each in held.values()])
    with override(language):
        return {key: file_value(one, each.value(one), currency=currency, names=names) for key, each in held.items()}


def list_facets() -> list[Facet]:
    """Return a filter for every field in use by which one can filter."""
    return [
        Facet(
            one.name,
            name_of(one),
            choices=partial(_choices, one),
            apply=partial(_narrow, one),
            label_of=partial(_label_of, one),
            order=FIRST + one.position,
        )
        for one in list_fields()
        if not one.personal and one.type not in ("customer", "long_text")
    ]


def _choices(one: Definition, actor: Actor) -> list[Choice]:
    ends = [Choice(ANY, _("Filled in")), Choice(NONE, _("Not filled in"))]
    if one.type in ("choice", "choices"):
        return [*(Choice(each.key, choice_name(each), hue=each.hue) for each in one.choices), *ends]
    if one.type == "yes_no":
        return [Choice("true", _("Yes")), Choice("false", _("No")), *ends]
    if one.type == "user":
        people = User.objects.filter(is_active=True).order_by("name", "id").values_list("id", "name")[:300]
        return [*(Choice(str(key), name) for key, name in people), *ends]
    return []


def _label_of(one: Definition, value: str) -> str | Promise:
    if value in (ANY, NONE):
        return _("Filled in") if value == ANY else _("Not filled in")
    if one.type in ("choice", "choices"):
        found = one.choice(value)
        return choice_name(found) if found else ""
    if one.type == "yes_no":
        return {"true": now_("Yes"), "false": now_("No")}.get(value, "")
    if one.type == "user":
        known = User.objects.filter(id=int(value)) if value.isdecimal() and len(value) < 19 else User.objects.none()
        return known.values_list("name", flat=True).first() or ""
    if one.type == "text":
        return value
    found_range = read_range(_as_typed(one), value, currency=get_organisation().currency)
    return say_range(value) if found_range else ""


def _narrow(one: Definition, listing: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    """Narrow the listing to customers with one of the values; what means nothing finds nobody."""
    met = Q(pk__in=[])
    for value in values:
        met |= _met(one, value)
    return listing.filter(met)


def _as_typed(one: Definition) -> Definition:
    """Return a formula as a field of the type that it comes to."""
    return replace(one, type=formula_type(one)) if one.type == "formula" else one


def _met(one: Definition, value: str) -> Q:
    if one.type == "formula":
        return _computed(one, value)
    filled = Q(customer__custom__has_key=one.key)
    if value in (ANY, NONE):
        return filled if value == ANY else ~filled
    if one.type in CHOSEN:
        return _chosen(one, value)
    if one.type == "text":
        return _begins(one, value)
    found = read_range(one, value, currency=get_organisation().currency)
    return _within(one, found) if found else Q(pk__in=[])


def _computed(one: Definition, value: str) -> Q:
    """Customers for whom a formula comes to something in a range, as rules compute it; everybody's row is asked."""
    formula = formula_of(one)
    wanted = read_range(_as_typed(one), value, currency=get_organisation().currency)
    if formula is None or (wanted is None and value not in (ANY, NONE)):
        return Q(pk__in=[])
    template = COMPUTED.format(formula=formula_in_postgres(formula).replace("%", "%%"))
    output = DecimalField(max_digits=30, decimal_places=6)
    found = Customer.objects.alias(held=Func(*map(F, ASKED), template=template, output_field=output))
    if wanted is None:
        return Q(customer_id__in=found.filter(held__isnull=value == NONE).values("id"))
    return Q(customer_id__in=found.filter(**_between(wanted)).values("id"))


def _chosen(one: Definition, value: str) -> Q:
    """One value by equality: the index over all custom values finds it."""
    wanted: Any = [value] if one.type == "choices" else value
    if one.type == "yes_no":
        wanted = value == "true"
    elif one.type == "user":
        wanted = int(value) if value.isdecimal() and len(value) < 19 else -1
    found = Customer.objects.filter(custom__contains={one.key: wanted}).exclude(custom={})
    return Q(customer_id__in=found.values("id"))


def _begins(one: Definition, text: str) -> Q:
    return Q(customer_id__in=begins_with([one], text).values("id"))


def begins_with(fields: Sequence[Definition], text: str) -> QuerySet[Customer]:
    """Return the customers of whom one of these text fields begins with a text, letter case aside."""
    met = Q(pk__in=[])
    customers = Customer.objects.all()
    for one in fields:
        alias = f"text_of_{one.key}"
        customers = customers.alias(**{alias: Func(_text(one), function="lower", output_field=TextField())})
        met |= Q(**{"custom__has_key": one.key, f"{alias}__startswith": text.lower()})
    return customers.filter(met)


def _text(one: Definition) -> Func:
    return Func(F("custom"), Value(one.key), template="(%(expressions)s)", arg_joiner=" ->> ", output_field=TextField())


def _within(one: Definition, wanted: Range) -> Q:
    typed = _text(one)  # days are compared as texts: written year first, they sort alike
    if one.type != "date":
        typed = Func(typed, template="(%(expressions)s)::numeric", output_field=wanted.output)
    found = Customer.objects.filter(custom__has_key=one.key).alias(held=typed)
    return Q(customer_id__in=found.filter(**_between(wanted)).values("id"))


def _between(wanted: Range) -> dict[str, Any]:
    """Return the conditions on `held` that a range makes."""
    ends = {"held__gte": wanted.least, "held__lte": wanted.most}
    return {name: end for name, end in ends.items() if end is not None}
