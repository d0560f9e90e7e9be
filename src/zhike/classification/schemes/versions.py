"""All versions of a scheme, and what differs between two of them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from zhike.accounts.public import get_organisation
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion

from . import queries
from .forms import threshold_form
from .wording import rule_sentence


@dataclass(frozen=True, slots=True)
class Difference:
    """One threshold or the rule of one class, in an earlier and a later version; empty where it has none."""

    label: object
    before: object
    after: object


def list_versions(*, scheme: Scheme) -> list[SchemeVersion]:
    """Return all versions of a scheme, the newest first."""
    return list(SchemeVersion.objects.filter(scheme=scheme).select_related("created_by").order_by("-number"))


def find_differences(*, scheme: Scheme, before: SchemeVersion, after: SchemeVersion) -> list[Difference]:
    """Return what differs: thresholds as the form names them, then the rules of classes as sentences."""
    classes = queries.list_classes(scheme_id=scheme.id)
    return [*_thresholds(scheme, classes, before, after), *_rules(classes, before, after)]


def _thresholds(
    scheme: Scheme, classes: list[CustomerClass], before: SchemeVersion, after: SchemeVersion
) -> list[Difference]:
    one, two = (threshold_form(scheme, dict(version.parameters), classes) for version in (before, after))
    if one is None or two is None:
        return []
    shown = ((field.label, _shown(one, name), _shown(two, name)) for name, field in two.fields.items())
    return [Difference(*line) for line in shown if line[1] != line[2]]


def _shown(form: forms.Form, name: str) -> str:
    """Return the value of a field as the form would show it."""
    field = form.fields[name]
    value: Any = form.get_initial_for_field(field, name)
    given: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    choices = dict(given)
    return str(choices.get(value or "", "" if value is None else value))


def _rules(classes: Sequence[CustomerClass], before: SchemeVersion, after: SchemeVersion) -> list[Difference]:
    currency = get_organisation().currency
    found = []
    for one in classes:
        pair = before.rules.get(one.key), after.rules.get(one.key)
        if pair[0] != pair[1]:
            said = [rule_sentence(rule, currency=currency) if rule else "" for rule in pair]
            found.append(Difference(one.name, *said))
    return found
