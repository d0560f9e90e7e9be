"""What can be added to a rule, each with a sentence and words by which it is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.public import initials_of, pinyin_of

from . import tree_leaves
from .tree import WRITTEN

SAYS: Mapping[str, Any] = {
    "monetary": gettext_lazy("How much they bought for within a year, returns taken off"),
    "revenue_share": gettext_lazy("How many percent of what all customers together bought within a year are theirs"),
    "frequency": gettext_lazy("On how many days they bought within a year"),
    "recency_days": gettext_lazy("How long ago they bought last, in days"),
    "last_day": gettext_lazy("The day of the last purchase"),
    "first_day": gettext_lazy("The day of the first purchase"),
    "days_as_customer": gettext_lazy("How long they have been customers, in days"),
    "average_order": gettext_lazy("How much a day of buying brings on average"),
    "birthday": gettext_lazy("Born before or after a day, in a month, or having a birthday soon"),
    "tags": gettext_lazy("Tags that people gave or that an import brought"),
    "place": gettext_lazy("Where they are: a province holds its cities and districts"),
    "owner": gettext_lazy("Who looks after them"),
    f"{tree_leaves.FACT}purchase": gettext_lazy("Bought or did not: how often, for how much, which products, when"),
    f"{tree_leaves.FACT}return": gettext_lazy("Sent something back: how often, for how much, when"),
    tree_leaves.TREND: gettext_lazy("Bought more or less than in the time before, or than a year earlier, in percent"),
    tree_leaves.SHARE: gettext_lazy("How much of what they buy is of a category, product or channel, in percent"),
    tree_leaves.SEQUENCE: gettext_lazy("One thing happened and another soon after it"),
    tree_leaves.LOT: gettext_lazy("A share of customers, always the same ones: to compare with"),
    WRITTEN: gettext_lazy("Anything the rule language can say"),
}
ALSO: Mapping[str, str] = {  # words for the search only, in both languages
    "monetary": "消费金额 花了多少 销售额 spent revenue amount money",
    "revenue_share": "营收占比 收入占比 销售额占比 份额 百分比 大客户 share of revenue percent key account",
    "frequency": "购买次数 频次 how often times",
    "recency_days": "最近一次购买 多久没买 没来 recency last order inactive",
    "last_day": "最近一次购买 末次 last order",
    "first_day": "首次购买 第一次 first order new",
    "days_as_customer": "客龄 多久 tenure age",
    "average_order": "客单价 basket average",
    "birthday": "生日 几月出生 birth month",
    "tags": "标签 tag label",
    "place": "地区 省 市 在哪里 住 lives region location",
    "owner": "负责人 销售 who account manager",
    f"{tree_leaves.FACT}purchase": "买过 购买 下单 订单 没买 did buy bought orders product category 品类 商品",
    f"{tree_leaves.FACT}return": "退货 退款 refund",
    tree_leaves.TREND: "趋势 下降 上升 增长 减少 变少 变多 环比 同比 涨 跌 trend growth fall rise change less more",
    tree_leaves.SHARE: "占比 份额 比例 百分比 构成 偏好 集中 share part proportion percent concentration preference",
    tree_leaves.SEQUENCE: "先 然后 之后 顺序 then after sequence funnel",
    tree_leaves.LOT: "抽样 随机 对照组 holdout random bucket test group",
    WRITTEN: "文字 代码 text code",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of condition; `keys` are what a search finds it by."""

    key: str
    label: str
    says: str
    keys: str


def offers(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> list[tuple[str, list[Offered]]]:
    """Return the groups of what can be added, in their order."""
    return [(group, [_offered(key, label) for key, label in items]) for group, items in groups if items]


def _offered(key: str, label: str) -> Offered:
    says = SAYS.get(key)
    if says is None and key.startswith("scheme:"):
        says = _("Is in a class of {name}, or has been for some time").format(name=label)
    elif says is None:
        fact = key.startswith(tree_leaves.FACT)
        says = _("Happened or did not: how often, when") if fact else _("As the profile has it")
    also = ALSO.get(key, "")
    return Offered(key, label, str(says), f"{also} {_sounds(label, also)}".lower())


@lru_cache(1000)
def _sounds(label: str, also: str) -> str:
    return " ".join([initials_of(label), *map(pinyin_of, [label, *also.split()])])
