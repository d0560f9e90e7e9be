"""The customer management types that every organisation starts with, as data. People may change all of it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ClassSeed:
    key: str
    name_zh: str
    name_en: str
    hue: str = "plain"
    meaning_zh: str = ""
    meaning_en: str = ""


@dataclass(frozen=True, slots=True)
class SchemeSeed:
    """`rules` are by class key, as JSON of the rule language. One `on_wish` waits as a draft until it is applied.

    Owners and followers are told of moves into the classes `tell_into`, in a new firm.
    """

    key: str
    kind: str
    name_zh: str
    name_en: str
    meaning_zh: str
    meaning_en: str
    classes: tuple[ClassSeed, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    on_wish: bool = False
    tell_into: tuple[str, ...] = ()


UNKNOWN = ClassSeed("unknown", "未知", "Unknown", "plain", "资料里没有填", "Not in the profile")

LIFECYCLE = SchemeSeed(
    "lifecycle",
    "lifecycle",
    "生命周期",
    "Lifecycle stage",
    "客户走到哪一步了：按最近一次购买、购买间隔和购买天数判断，每天更新。",
    "How far a customer has come: by the last purchase, the gap before it and the days with purchases. Every day.",
    (
        ClassSeed("prospect", "潜在", "Prospect", "plain", "还没有买过", "Has not bought yet"),
        ClassSeed("first_purchase", "首购", "First purchase", "sky", "只买过一次", "Bought once"),
        ClassSeed("repeat", "复购", "Repeat", "teal", "买过不止一次", "Bought more than once"),
        ClassSeed("loyal", "忠诚", "Loyal", "bamboo", "一年里常来买", "Buys often through the year"),
        ClassSeed("at_risk", "流失预警", "At risk", "orange", "有一阵没买了", "Has not bought for a while"),
        ClassSeed("lost", "已流失", "Lost", "cinnabar", "很久没买了", "Has not bought for long"),
        ClassSeed("won_back", "已挽回", "Won back", "violet", "隔了很久又回来买", "Came back after a long gap"),
    ),
    {"at_risk_days": 90, "lost_days": 180, "won_back_gap_days": 180, "loyal_purchase_days": 4, "window_days": 365},
    tell_into=("at_risk", "lost"),
)
VALUE_TIER = SchemeSeed(
    "value_tier",
    "value_tier",
    "价值分层",
    "Value tier",
    "按近 365 天净额从高到低排：贡献前 80% 的是 A 类，再到 95% 的是 B 类，其余 C 类。",
    "By net amount of the last 365 days, highest first: the first 80% of the total is A, up to 95% B, the rest C.",
    (
        ClassSeed("A", "A 类", "Class A", "indigo", "贡献大部分净额的少数客户", "The few who bring most of the amount"),
        ClassSeed("B", "B 类", "Class B", "teal", "贡献居中", "In the middle"),
        ClassSeed("C", "C 类", "Class C", "plain", "人数多，单个贡献小", "Many, each with little"),
    ),
    {"cuts": ["0.80", "0.95"], "window_days": 365, "cut_points": "moving"},
)
RFM = SchemeSeed(
    "rfm",
    "rfm",
    "RFM 客群",
    "RFM segments",
    "近 365 天里最近一次购买（R）、购买天数（F）、净额（M）各打 1–5 分，4 分起算高，组合成八个客群。",
    "Recency, frequency and amount over 365 days, each scored 1 to 5; from 4 it counts as high. Eight segments.",
    (
        ClassSeed("important_value", "重要价值", "Champions", "bamboo", "常来、刚来、买得多", "Recent, often, much"),
        ClassSeed(
            "important_growth",
            "重要发展",
            "Big and new",
            "teal",
            "刚来、买得多，次数还少",
            "Recent and much, not yet often",
        ),
        ClassSeed(
            "important_keep",
            "重要保持",
            "Big, drifting",
            "orange",
            "常来、买得多，近来没来",
            "Often and much, not lately",
        ),
        ClassSeed(
            "important_retain",
            "重要挽留",
            "Big, leaving",
            "cinnabar",
            "买得多，次数少，近来没来",
            "Much, seldom, not lately",
        ),
        ClassSeed("ordinary_value", "一般价值", "Faithful", "sky", "常来、刚来，买得少", "Recent and often, little"),
        ClassSeed(
            "ordinary_growth", "一般发展", "Newcomers", "indigo", "刚来，次数少、买得少", "Recent, seldom and little"
        ),
        ClassSeed(
            "ordinary_keep",
            "一般保持",
            "Small, drifting",
            "amber",
            "常来、买得少，近来没来",
            "Often, little, not lately",
        ),
        ClassSeed(
            "ordinary_retain", "一般挽留", "Fading", "plain", "次数少、买得少，近来没来", "Seldom, little, not lately"
        ),
    ),
    {
        "window_days": 365,
        "score_count": 5,
        "high_from": {"r": 4, "f": 4, "m": 4},
        "segments": {
            "HHH": "important_value",
            "HLH": "important_growth",
            "LHH": "important_keep",
            "LLH": "important_retain",
            "HHL": "ordinary_value",
            "HLL": "ordinary_growth",
            "LHL": "ordinary_keep",
            "LLL": "ordinary_retain",
        },
        "cut_points": "moving",
    },
)
MARKET = SchemeSeed(
    "market",
    "attribute",
    "国内外市场",
    "Market",
    "按主要地址的国家或地区分国内、境外。",
    "At home or abroad, by the country of the main address.",
    (
        ClassSeed("domestic", "国内", "Domestic", "teal", "", ""),
        ClassSeed("abroad", "境外", "Abroad", "indigo", "", ""),
        UNKNOWN,
    ),
    {"attribute": "region"},
)
COUNTRY = SchemeSeed(
    "country",
    "attribute",
    "国家或地区",
    "Country or region",
    "主要地址所在的国家或地区。新出现的会自动成为一类。",
    "The country of the main address. New ones become classes by themselves.",
    (UNKNOWN,),
    {"attribute": "country"},
)
PROVINCE = SchemeSeed(
    "province",
    "attribute",
    "省份",
    "Province",
    "主要地址所在的省、自治区、直辖市。",
    "The province of the main address.",
    (UNKNOWN,),
    {"attribute": "province"},
)
CITY = SchemeSeed(
    "city",
    "attribute",
    "城市",
    "City",
    "主要地址所在的城市。",
    "The city of the main address.",
    (UNKNOWN,),
    {"attribute": "city"},
)
KIND = SchemeSeed(
    "customer_kind",
    "attribute",
    "客户性质",
    "Kind of customer",
    "个人还是企业。",
    "A person or a company.",
    (
        ClassSeed("person", "个人", "Person", "sky", "", ""),
        ClassSeed("company", "企业", "Company", "indigo", "", ""),
    ),
    {"attribute": "kind"},
)


def _employees(at_least: int) -> dict[str, Any]:
    return {"version": 1, "rule": {"trait": "employees", "op": "ge", "value": at_least}}


SCALE = SchemeSeed(
    "scale",
    "rule",
    "企业规模",
    "Company size",
    "按员工人数分，只看企业。",
    "By the number of employees; companies only.",
    (
        ClassSeed("large", "大型", "Large", "indigo", "1000 人以上", "1,000 employees and more"),
        ClassSeed("medium", "中型", "Medium", "sky", "300–999 人", "300 to 999 employees"),
        ClassSeed("small", "小型", "Small", "teal", "20–299 人", "20 to 299 employees"),
        ClassSeed("micro", "微型", "Micro", "plain", "不到 20 人", "Fewer than 20 employees"),
    ),
    {},
    {"large": _employees(1000), "medium": _employees(300), "small": _employees(20), "micro": _employees(0)},
)
PRIORITY = SchemeSeed(
    "customer_priority",
    "priority",
    "客户优先级",
    "Customer priority",
    "价值、紧急程度、关系各打 0–100 分，按权重合成总分，分 VIP、A、B、C 四级，决定先做谁的事。",
    "Value, urgency and relationship, 0 to 100 points each, weighed into one score: VIP, A, B and C say who is first.",
    (
        ClassSeed("VIP", "VIP", "VIP", "cinnabar", "最先处理", "Comes first"),
        ClassSeed("A", "A 级", "Priority A", "orange", "优先处理", "Before others"),
        ClassSeed("B", "B 级", "Priority B", "sky", "正常处理", "As usual"),
        ClassSeed("C", "C 级", "Priority C", "plain", "有空再处理", "When there is time"),
    ),
    {
        "weights": {"value": 50, "urgency": 30, "relationship": 20},
        "points": {},
        "cuts": [70, 50, 30],
        "window_days": 365,
        "cut_points": "moving",
    },
    on_wish=True,
)
STRATEGIC = SchemeSeed(
    "strategic",
    "strategic",
    "战略与重点客户",
    "Strategic and key customers",
    "按收入占比、同比增长和潜力分战略、重点、普通客户。",
    "By share of revenue, growth over the year before, and potential.",
    (
        ClassSeed(
            "strategic",
            "战略客户",
            "Strategic",
            "violet",
            "撑起一半收入，没有明显下滑",
            "Half of revenue, not shrinking",
        ),
        ClassSeed(
            "key", "重点客户", "Key", "indigo", "收入靠前，或增长快又有潜力", "Much revenue, or growing with potential"
        ),
        ClassSeed("ordinary", "普通客户", "Ordinary", "plain", "其余买过的客户", "The others who bought"),
    ),
    {
        "cuts": ["0.50", "0.80"],
        "growth_percent": 20,
        "floor_percent": -20,
        "potential": True,
        "least_peers": 8,
        "window_days": 365,
        "cut_points": "moving",
    },
    on_wish=True,
)
BUILT_IN = (LIFECYCLE, VALUE_TIER, RFM, MARKET, COUNTRY, PROVINCE, CITY, KIND, SCALE, PRIORITY, STRATEGIC)
