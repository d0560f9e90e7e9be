"""Why a rule put a customer into a class, condition by condition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from zhike.accounts.public import get_organisation
from zhike.classification.models import Assignment, CustomerClass, CustomerMetrics, Scheme
from zhike.classification.schemes.overlapping import split_rule
from zhike.classification.schemes.percent_words import found_words, undefined_words
from zhike.classification.schemes.wording import plain_sentence, word_condition, word_value
from zhike.customers.public import Customer
from zhike.engine.public import (
    AllOf,
    AnyOf,
    Condition,
    Did,
    Explained,
    InClass,
    Moment,
    NotOf,
    TraitType,
    explain,
    fact_properties,
    rule_from_json,
    rule_to_json,
    traits,
)
from zhike.ui.public import format_money, format_number

from .queries import HeldClass

PROFILE = (
    "kind", "name", "country", "province", "city", "district", "industry", "employees", "gender", "birthday", "source",
    "owner_id", "tags", "custom",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: str
    note: str
    met: bool


def explain_rule(
    held: HeldClass,
    customer: Customer,
    metrics: CustomerMetrics,
    as_of: date,
    currency: str,
    *,
    revenue: int | None = None,
) -> list[Line]:
    """Return the rule's conditions, each with the customer's value; one line for a class without a rule."""
    document = held.version.rules.get(held.held.key) if held.version else None
    if not document:
        return [Line(_("No rule of the other classes is met"), "", "", True)]
    classes = dict(
        Assignment.objects.filter(customer_id=customer.id, valid_to=None).values_list("track", "to_class_id")
    )
    tree = explain(
        split_rule(rule_from_json(document)),
        {**column_values(customer, metrics), **measured_values(held)},
        traits,
        moment=Moment(as_of, get_organisation().time_zone, revenue=revenue),
        classes=classes,
    )
    return [_line(leaf, wanted, currency) for leaf, wanted in _leaves(tree, wanted=True)]


def measured_values(held: HeldClass) -> Mapping[str, Any]:
    """Return what was measured of facts when the class was given; the evidence keeps it under the measures' names."""
    evidence = held.assignment.evidence or {}
    return {name: value for name, value in evidence.items() if name.startswith("m_")}


def column_values(customer: Customer, metrics: CustomerMetrics) -> Mapping[str, Any]:
    """Return a customer's values by the column names of the traits; what is empty is unknown."""
    values: dict[str, Any] = {name: getattr(customer, name) or None for name in PROFILE}
    values |= {"customer_id": customer.id, "employees": customer.employees}
    values["created_day"] = customer.created_at.date()
    values |= {
        "first_day": metrics.first_day,
        "last_day": metrics.last_day,
        "prev_day": metrics.previous_day,
        "purchase_days_total": metrics.purchase_days,
        "frequency": metrics.frequency,
        "monetary": metrics.monetary,
        "rfm_r": metrics.rfm_r,
        "rfm_f": metrics.rfm_f,
        "rfm_m": metrics.rfm_m,
    }
    return values


def _leaves(tree: Explained, *, wanted: bool) -> Iterator[tuple[Explained, bool]]:
    match tree.node:
        case AllOf() | AnyOf():
            for part in tree.parts:
                yield from _leaves(part, wanted=wanted)
        case NotOf():
            for part in tree.parts:
                yield from _leaves(part, wanted=not wanted)
        case _:
            yield tree, wanted


def _line(leaf: Explained, wanted: bool, currency: str) -> Line:
    node = leaf.node
    if isinstance(node, InClass):
        asked = Scheme.objects.filter(classes__in=node.class_ids)  # a scheme that overlaps is asked for by its classes
        scheme = asked.first() if node.scheme_id < 0 else Scheme.objects.filter(id=node.scheme_id).first()
        names = _class_names(node.class_ids)
        found = _class_names([leaf.found]) if leaf.found else _("none")
        note = _("asked for: {wanted}") if wanted else _("excluded: {wanted}")
        return Line(scheme.name if scheme else "", found, note.format(wanted=names), leaf.met == wanted)
    if not isinstance(node, Condition):
        words = plain_sentence(rule_to_json(node), currency=currency)
        return Line(words, _measured(leaf, currency), "" if wanted else _("excluded"), leaf.met == wanted)
    label, comparison, value = word_condition(node, currency=currency)
    found = word_value(node.trait, leaf.found, currency=currency) if leaf.found is not None else _("not filled in")
    note = _("asked for: {wanted}") if wanted else _("excluded: {wanted}")
    return Line(label, found, note.format(wanted=f"{comparison} {value}".strip()), leaf.met == wanted)


def _measured(leaf: Explained, currency: str) -> str:
    """Return what was measured of facts, of a trend or share with the figures that it comes from."""
    node = leaf.node
    if not isinstance(node, Did):
        return _counted(leaf.found)
    known = fact_properties.get(node.property)
    money = known is not None and known.type is TraitType.MONEY

    def shown(number: Any) -> str:
        return format_money(round(number), currency) if money else _counted(number)

    if leaf.compared:
        if leaf.found is None:
            return undefined_words(node.measured)
        return found_words(node.measured, f"{_counted(leaf.found)}%", *map(shown, leaf.compared))
    return shown(leaf.found) if leaf.found is not None else _counted(None)


def _counted(found: Any) -> str:
    """Return what was measured of facts: a number, a percentage, or whether it happened."""
    if found is None or isinstance(found, bool):
        return _("yes") if found else _("none")
    number = Decimal(found.numerator) / found.denominator if isinstance(found, Fraction) else Decimal(str(found))
    return format_number(int(number)) if number == int(number) else f"{number:.2f}"


def _class_names(ids: Sequence[int]) -> str:
    return "、".join(one.name for one in CustomerClass.objects.filter(id__in=list(ids)))
