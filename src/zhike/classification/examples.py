"""Bodies that the documentation of the API shows. `shown` makes one the example of a schema."""

from typing import Any

from pydantic import ConfigDict

RULE = {
    "version": 3,
    "rule": {
        "all": [
            {"fact": "purchase", "measure": "count", "op": "ge", "value": 3, "window": {"last": 90, "unit": "day"}},
            {"trait": "place", "op": "in", "value": ["330000"]},
            {"not": {"trait": "tags", "op": "has_any", "value": ["VIP"]}},
            {
                "fact": "purchase",
                "measure": "trend",
                "property": "amount",
                "op": "le",
                "value": -30,
                "window": {"last": 90, "unit": "day"},
            },
        ]
    },
}
RULE_TEXT = 'did(purchase, last 90 days) >= 3 and place in ("浙江") and trend(purchase of amount, last 90 days) <= -30%'
SCHEME = {"key": "regulars", "kind": "rule", "name_zh": "常客", "name_en": "Regulars", "meaning_zh": "常来常往的客户"}
NAMES = {
    "name_zh": "常客",
    "name_en": "Regulars",
    "meaning_zh": "近 90 天至少买过三次",
    "meaning_en": "Bought three times",
}
CLASS = {"key": "regular", "name_zh": "常客", "name_en": "Regular", "hue": "teal"}
DRAFT = {"rules": {"regular": RULE}, "parameters": {"default": None}, "seen": "1"}
PREVIEW = {"parameters": {"at_risk_days": 60}, "as_of": "2026-06-30"}
ASSIGN = {"scheme": "key_accounts", "class_id": 12, "reason": "集团统一谈判"}
OVERRIDE = {"class_id": 12, "reason": "总经理指定，年底前按战略客户对待", "ends_at": "2026-12-31T16:00:00Z"}
DECISION = {"scheme": "strategic", "class_id": 12, "approve": True, "reason": "与年度计划一致"}
TELLING = {"tell_into": [12], "tell_out_of": []}
STEADINESS = {"stay_days": 30, "grace_days": 14, "leave_percent": 0, "ask_into": [12], "ask_out_of": []}


def shown(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})
