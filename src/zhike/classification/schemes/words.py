"""Rules in words: names of traits and comparisons, sentences for problems, and a rule as a sentence."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from zhike.engine.public import LIMITS, Form, Op, Problem, TraitType, traits

from .wanted_words import wanted_words

type Text = str | Promise

TRAITS: dict[str, Text] = {
    "kind": _("Kind of customer"),
    "name": _("Name"),
    "country": _("Country or region"),
    "province": _("Province"),
    "city": _("City"),
    "district": _("District"),
    "place": _("Place"),
    "industry": _("Industry"),
    "employees": _("Employees"),
    "gender": _("Gender"),
    "birthday": _("Birthday"),
    "source": _("Source"),
    "owner": _("Owner"),
    "tags": _("Tags"),
    "created_day": _("Entered on"),
    "first_day": _("First purchase"),
    "last_day": _("Last purchase"),
    "recency_days": _("Days since last purchase"),
    "days_as_customer": _("Days since first purchase"),
    "frequency": _("Purchase days in 365 days"),
    "monetary": _("Net amount in 365 days"),
    "revenue_share": _("Share of all revenue in 365 days"),
    "purchase_days_total": _("Purchase days ever"),
    "average_order": _("Net amount per purchase day"),
    "rfm_r": _("R score"),
    "rfm_f": _("F score"),
    "rfm_m": _("M score"),
}
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        _("Buying"),
        (
            "monetary", "revenue_share", "frequency", "recency_days", "purchase_days_total", "average_order",
            "last_day", "first_day", "days_as_customer", "rfm_r", "rfm_f", "rfm_m",
        ),
    ),
    (
        _("Profile"),
        (
            "kind", "name", "tags", "place", "country", "province", "city", "district", "industry", "employees",
            "gender", "birthday", "source", "owner", "created_day",
        ),
    ),
)  # fmt: skip
OPS: dict[Op, Text] = {
    Op.EQ: _("is"),
    Op.NE: _("is not"),
    Op.IN: _("is one of"),
    Op.NOT_IN: _("is none of"),
    Op.CONTAINS: _("contains"),
    Op.STARTS_WITH: _("begins with"),
    Op.IS_EMPTY: _("is not filled in"),
    Op.IS_SET: _("is filled in"),
    Op.LT: _("is less than"),
    Op.LE: _("is at most"),
    Op.GT: _("is more than"),
    Op.GE: _("is at least"),
    Op.BETWEEN: _("is between"),
    Op.HAS_ANY: _("has any of"),
    Op.HAS_ALL: _("has all of"),
    Op.HAS_NONE: _("has none of"),
    Op.IN_LAST: _("is in the last"),
    Op.IN_NEXT: _("is in the next"),
    Op.MONTH_IN: _("is in the month"),
    Op.DAY_IN: _("is on the day of the month"),
    Op.YEARLY_IN_NEXT: _("comes round within the next"),
}
SPANS = (Op.IN_LAST, Op.IN_NEXT, Op.YEARLY_IN_NEXT)
DATE_OPS: dict[Op, Text] = {
    Op.LT: _("is before"),
    Op.LE: _("is on or before"),
    Op.GT: _("is after"),
    Op.GE: _("is on or after"),
}
PROBLEMS: dict[str, Text] = {
    "too_deep": _("Groups lie more than {depth} deep. Take some out."),
    "too_many": _("There are more than {leaves} conditions. Take some out, or ask for a class of another type."),
    "empty_group": _("A group has no condition yet. Add one, or remove the group."),
    "no_class": _("A condition names no class yet. Choose at least one."),
    "unknown_class": _("A condition asks for a class that is no longer there. Choose another one."),
    "unknown_choice": _("“{about}” is none of the choices of this field. Choose one that there is."),
    "unknown_trait": _("A condition asks for “{about}”, which is not known here (any more). Choose another field."),
    "wrong_op": _("This field cannot be compared like that. Choose another comparison."),
    "needless_value": _("This comparison takes no value. Leave it empty."),
    "wrong_value": _("A condition has no value that fits yet. Fill it in."),
    "wrong_window": _("A window of time is too long, empty or unreadable. Correct it."),
    "no_stretch": _(
        "This window of time cannot be compared with an earlier one. Give it a start and an end;"
        " beside the year before, at most a year."
    ),
    "no_part": _("A share says of which part. Say so with “Where …”: a product category, for example."),
    "unknown_fact": _("A condition asks for a kind of activity that cannot be. Choose another one."),
    "unknown_property": _("A condition asks for a property that cannot be. Choose another one."),
}
ORDINARY = _("The rule cannot be read here. Make it anew.")


def problem_sentence(problem: Problem) -> str:
    """Return what is wrong with a rule, in the reader's language, with what to do."""
    if problem.code == "wrong_value" and (wanted := wanted_words(problem.reason)):
        return wanted
    return str(PROBLEMS.get(problem.code, ORDINARY)).format(**LIMITS, about=problem.about)


def trait_label(key: str) -> Text:
    """Return the name of a trait; of another room's trait the one that it brought."""
    trait = traits.get(key)
    return TRAITS.get(key) or (str(trait.label) if trait and trait.label else key)


def op_label(op: Op, kind: TraitType) -> Text:
    return DATE_OPS.get(op, OPS[op]) if kind is TraitType.DATE else OPS[op]


def condition_words(node: dict[str, Any], word_of: Callable[[str, Any], str]) -> tuple[str, str, str]:
    """Return (field, comparison, value) of a condition; `word_of(trait key, value)` words one value."""
    trait = traits.get(node["trait"])
    op = Op(node["op"])
    label = str(trait_label(node["trait"]))
    if trait is None:
        return label, str(OPS[op]), str(node.get("value", ""))
    value = node.get("value")
    given = value if isinstance(value, list) else [] if value is None else [value]
    joiner = pgettext("is between … and …", " and ") if op is Op.BETWEEN else now_(", ")
    plain = op in SPANS or op in (Op.MONTH_IN, Op.DAY_IN)
    words = joiner.join(str(one) if plain else word_of(node["trait"], one) for one in given)
    if (trait.form is Form.DAYS_SINCE or op in SPANS) and words:
        words = now_("{count} days").format(count=words)
    if not words and op not in (Op.IS_SET, Op.IS_EMPTY):
        words = "…"  # not filled in yet
    return label, str(op_label(op, trait.type)), words
