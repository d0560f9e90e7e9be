"""A rule read out: values as people write them, and the whole as one sentence."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html import unescape
from typing import Any

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhike.accounts.public import User
from zhike.classification.models import CustomerClass, Scheme
from zhike.customers.public import country_name, division_name
from zhike.engine.public import Condition, Form, TraitType, rule_to_json, traits
from zhike.ui.public import format_day, format_exact_money, format_number, space_scripts

from .fact_words import bucket_words, did_words, in_class_words, sequence_words
from .tree import WRITTEN
from .words import condition_words

KINDS: Mapping[str, Any] = {
    "person": gettext_lazy("Person"),
    "company": gettext_lazy("Company"),
    "male": gettext_lazy("Male"),
    "female": gettext_lazy("Female"),
}
JOINTS: Mapping[str, Any] = {"all": gettext_lazy("and"), "any": gettext_lazy("or")}


def word_value(trait_key: str, value: Any, *, currency: str) -> str:
    """Return one value of a trait as a person reads it."""
    trait = traits.get(trait_key)
    if value is None or trait is None:
        return "" if value is None else str(value)
    language = get_language() or "zh-hans"
    if isinstance(value, list | tuple):
        names = dict(trait.choices()) if trait.choices else {}
        return "、".join(names.get(str(one), str(one)) for one in value)
    if trait_key == "country":
        return country_name(str(value), language) or str(value)
    if trait_key in ("province", "city", "district", "place"):
        return division_name(str(value), language) or str(value)
    if trait_key == "owner":
        return User.objects.filter(id=value).values_list("name", flat=True).first() or str(value)
    if trait.choices:
        return dict(trait.choices()).get(str(value), str(value))
    return _plain_value(trait_key, trait.type, value, currency)


def _plain_value(trait_key: str, kind: TraitType, value: Any, currency: str) -> str:
    if trait_key in ("kind", "gender"):
        return str(KINDS.get(str(value), value))
    if is_percent(trait_key):
        return f"{format_percent(value)}%"
    try:
        if kind is TraitType.MONEY:
            return format_exact_money(int(value), currency)
        if kind is TraitType.NUMBER:
            return format_number(int(value)) if float(value) == int(float(value)) else str(value)
        if kind is TraitType.DATE:
            return format_day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
    return str(value)


def word_condition(node: Condition, *, currency: str) -> tuple[str, str, str]:
    """Return (field, comparison, value) of a condition in words."""
    return condition_words(rule_to_json(node)["rule"], lambda key, value: word_value(key, value, currency=currency))


def is_percent(trait_key: str) -> bool:
    """Tell whether values of a trait are percents of what all customers bring."""
    trait = traits.get(trait_key)
    return bool(trait and trait.form is Form.OF_ALL)


def format_percent(value: Any) -> str:
    """Return a percent with up to two decimal places, of one that is smaller than those show that it is smaller."""
    number = Fraction(str(value)) if isinstance(value, str) else Fraction(value)
    if 0 < abs(number) < Fraction(1, 100):
        return str(value) if not isinstance(value, Fraction) else "< 0.01"
    return f"{Decimal(round(number * 100)) / 100:f}"


def has_days_form(trait_key: str) -> bool:
    trait = traits.get(trait_key)
    return bool(trait and trait.form is Form.DAYS_SINCE)


def rule_sentence(document: dict[str, Any], *, currency: str) -> SafeString:
    """Return a rule as the inside of a sentence: conditions in bold, joints marked, groups in brackets."""
    schemes = {one.id: one.name for one in Scheme.objects.all()}
    classes = {one.id: one.name for one in CustomerClass.objects.all()}
    return space_scripts(_sentence(document["rule"], currency, schemes, classes, outer=True))


def other_leaf_words(node: dict[str, Any], *, currency: str) -> SafeString:
    """Return a leaf that is not about a trait or a class, as part of a sentence."""
    if "fact" in node:
        return did_words(node, currency=currency)
    return sequence_words(node, currency=currency) if "first" in node else bucket_words(node)


def plain_sentence(document: dict[str, Any], *, currency: str) -> str:
    """Return a rule as a sentence without markup."""
    return unescape(strip_tags(rule_sentence(document, currency=currency)))


def _sentence(
    node: dict[str, Any], currency: str, schemes: Mapping[int, str], classes: Mapping[int, str], *, outer: bool
) -> SafeString:
    if "not" in node:
        inner = _sentence(node["not"], currency, schemes, classes, outer=False)
        return format_html('<span class="fork">{}</span>{}', _("not "), inner)
    for word, joint in JOINTS.items():
        if word in node:
            parts = [_sentence(one, currency, schemes, classes, outer=False) for one in node[word]]
            if not parts:
                return format_html("<b>{}</b>", _("(no condition yet)"))
            between = format_html(_(', <span class="fork">{joint}</span> '), joint=joint)
            text = format_html_join(between, "{}", ((one,) for one in parts))
            return text if outer or len(parts) == 1 else format_html(_("({group})"), group=text)
    if "scheme" in node:
        names = _(", ").join(classes.get(one, "?") for one in node["classes"]) or "…"
        return in_class_words(schemes.get(node["scheme"], "?"), names, node.get("days", 0))
    if node.get("trait") == WRITTEN:
        return format_html("<b>{}</b>", _("(a condition that cannot be read yet)"))
    if "trait" not in node:
        return other_leaf_words(node, currency=currency)
    label, comparison, value = condition_words(node, lambda key, one: word_value(key, one, currency=currency))
    label = label[0].lower() + label[1:] if label[1:2].islower() else label
    if not value:
        return format_html(_("{field} {comparison}"), field=label, comparison=comparison)
    return format_html(_("{field} {comparison} <b>{value}</b>"), field=label, comparison=comparison, value=value)
