"""Patterns of management types to begin with: classes and rules as a draft, to be changed, simulated and applied."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhike.classification.errors import NoSuchPattern
from zhike.classification.models import Scheme
from zhike.classification.rule_language.reading import read_rule
from zhike.commerce.public import list_categories
from zhike.engine.public import TraitType, rule_to_json, traits
from zhike.kit.actor import Actor

from . import actions, class_actions

MOST_CATEGORIES = 6


@dataclass(frozen=True, slots=True)
class PatternClass:
    key: str
    zh: str
    en: str
    hue: str
    rule: str  # as text


@dataclass(frozen=True, slots=True)
class Pattern:
    """`made_of` gives the classes, in order; some follow what the organisation sells."""

    key: str
    name: str | Promise
    meaning: str | Promise
    zh: str
    en: str
    overlapping: bool
    made_of: Callable[[], Sequence[PatternClass]]


def _companies() -> Sequence[PatternClass]:
    east = 'place in ("上海", "江苏", "浙江", "安徽")'
    trade = 'industry contains "制造"'
    return (
        PatternClass("large_trade_east", "大型制造·华东·购买力强", "Large makers, East China, strong", "violet",
                     f"employees >= 1000 and {trade} and {east} and rfm_m >= 4"),
        PatternClass("large_strong", "大型·购买力强", "Large, strong", "indigo", "employees >= 1000 and rfm_m >= 4"),
        PatternClass("large", "大型·待开发", "Large, to be won", "sky", "employees >= 1000"),
        PatternClass("medium_trade", "中型制造", "Medium makers", "teal", f"employees between 100 and 999 and {trade}"),
        PatternClass("medium", "中型其他行业", "Medium, other trades", "bamboo", "employees between 100 and 999"),
        PatternClass("small_strong", "小型·购买力强", "Small, strong", "amber", 'kind = "company" and rfm_m >= 4'),
        PatternClass("small", "小型", "Small", "plain", 'kind = "company"'),
    )  # fmt: skip


def _people() -> Sequence[PatternClass]:
    """Ages are counted in days back from the day of judgement: 30, 45 and 60 years."""
    return (
        PatternClass("young", "30 岁以下", "Under 30", "teal", "birthday in last 10957 days"),
        PatternClass("middle", "30–45 岁", "30 to 45", "sky", "birthday in last 16436 days"),
        PatternClass("mature", "45–60 岁", "45 to 60", "indigo", "birthday in last 21915 days"),
        PatternClass("senior", "60 岁以上", "Over 60", "violet", "birthday is set"),
    )


def _attitudes() -> Sequence[PatternClass]:
    found = (
        ("price", "价格敏感", "Price first", "amber"),
        ("quality", "品质优先", "Quality first", "indigo"),
        ("service", "服务优先", "Service first", "teal"),
        ("novelty", "乐于尝新", "Likes what is new", "violet"),
    )
    return [
        PatternClass(key, zh, en, hue, " or ".join([f'tags has any ("{zh}", "{en}")', *_fields_saying(zh, en)]))
        for key, zh, en, hue in found
    ]


def _fields_saying(*names: str) -> list[str]:
    """Return conditions on the organisation's own fields of choice that offer one of these names."""
    found = []
    for trait in traits:
        offered = dict(trait.choices()) if trait.path and trait.choices else {}
        for value in [value for value, label in offered.items() if {value, str(label)} & set(names)]:
            sign = "has any ({})" if trait.type is TraitType.TAGS else "= {}"
            found.append(f"{trait.key} {sign.format(json.dumps(value, ensure_ascii=False))}")
    return found


def _preferences() -> Sequence[PatternClass]:
    hues = ("teal", "indigo", "sky", "bamboo", "amber", "violet")
    sold = [one for one in list_categories() if not set(one) & set('"\\')][:MOST_CATEGORIES]
    bought = "did(purchase where category in ({}), last 365 days) >= 2"
    found = [
        PatternClass(f"category_{place}", f"偏好{name}"[:60], f"Prefers {name}"[:60], hues[place - 1],
                     bought.format(f'"{name}"'))
        for place, name in enumerate(sold, 1)
    ]  # fmt: skip
    return [*found, PatternClass("often", "常买", "Buys often", "rose", "frequency >= 4")]


def _accounts() -> Sequence[PatternClass]:
    """By the share of revenue and growth against the year before; a large one that shrinks much is not strategic."""
    growth = "trend(purchase of amount, last 365 days)"
    return (
        PatternClass("strategic", "战略客户", "Strategic", "violet", f"revenue_share >= 5 and not {growth} < -20%"),
        PatternClass("key", "重点客户", "Key", "indigo",
                     f"revenue_share >= 1 or (revenue_share >= 0.2 and {growth} >= 20%)"),
        PatternClass("ordinary", "普通客户", "Ordinary", "plain", "purchase_days_total >= 1"),
    )  # fmt: skip


PATTERNS = (
    Pattern("company_segments", _("Companies by scale, trade, region and purchasing power"),
            _("Large, medium and small companies; trade, East China and amount of purchases tell them apart."),
            "企业细分", "Company segments", False, _companies),
    Pattern("key_accounts", _("Strategic, key and ordinary by share of revenue"),
            _("Share of revenue and growth, for those who live from few large customers, such as chip vendors."),
            "大客户分级", "Key accounts", False, _accounts),
    Pattern("age_groups", _("Demographic: age"), _("People by age, from their birthday."),
            "年龄段", "Age groups", False, _people),
    Pattern("attitudes", _("Psychographic"),
            _("What people look for, from tags and fields of your own; several at once."),
            "心理特征", "Attitudes", True, _attitudes),
    Pattern("preferences", _("Purchase preference"),
            _("What people buy again and again, by product category; several at once."),
            "购买偏好", "Purchase preferences", True, _preferences),
)  # fmt: skip
# Patterns that every installation has as a type of its own.
BUILT_IN = ("value_tier", "lifecycle", "customer_priority", "strategic", "rfm", "scale")


@transaction.atomic
def make_from_pattern(*, pattern: str, by: Actor, at: datetime) -> Scheme:
    """Make a type from a pattern, as a draft that sorts nobody; made twice, the second one gets a number.

    :raises NoSuchPattern: for an unknown key.
    """
    chosen = next((one for one in PATTERNS if one.key == pattern), None)
    if chosen is None:
        raise NoSuchPattern(key=pattern[:40])
    taken = set(Scheme.objects.filter(key__startswith=chosen.key).values_list("key", flat=True))
    tails = ["", *(f"_{number}" for number in range(2, len(taken) + 3))]
    tail = next(one for one in tails if chosen.key + one not in taken)
    count = tail.replace("_", " ")
    scheme = actions.create_scheme(
        key=chosen.key + tail, kind=Scheme.Kind.RULE, name_zh=chosen.zh + count, name_en=chosen.en + count,
        overlapping=chosen.overlapping, by=by, at=at,
    )  # fmt: skip
    rules = {}
    for one in chosen.made_of():
        class_actions.add_class(
            scheme_key=scheme.key, key=one.key, name_zh=one.zh, name_en=one.en, hue=one.hue, by=by, at=at
        )
        rules[one.key] = rule_to_json(read_rule(text=one.rule))
    actions.save_draft(key=scheme.key, rules_by_class=rules, by=by, at=at)
    return scheme
