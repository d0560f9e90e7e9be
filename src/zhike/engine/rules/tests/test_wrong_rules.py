"""What the rule language refuses, and where it says the mistake is."""

from typing import Any

import pytest

from zhike.engine.errors import RuleWrong
from zhike.engine.rules.ast import AllOf, AnyOf, Condition, InClass, NotOf, Op
from zhike.engine.rules.check import check_rule, refuse_wrong_rule
from zhike.engine.rules.document import NotARule, rule_from_json
from zhike.engine.rules.traits import traits


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition("shoe_size", Op.EQ, 43), "unknown_trait"),
        (Condition("city", Op.LT, "a"), "wrong_op"),
        (Condition("city", Op.EQ), "wrong_value"),
        (Condition("city", Op.IN, "110100"), "wrong_value"),
        (Condition("city", Op.IN, ()), "wrong_value"),
        (Condition("name", Op.CONTAINS, ""), "wrong_value"),
        (Condition("name", Op.CONTAINS, "a\0b"), "wrong_value"),
        (Condition("monetary", Op.GE, "1.5"), "wrong_value"),
        (Condition("monetary", Op.GE, "much"), "wrong_value"),
        (Condition("monetary", Op.GE, "NaN"), "wrong_value"),
        (Condition("recency_days", Op.GT, 10**9), "wrong_value"),
        (Condition("birthday", Op.GT, "2026-02-30"), "wrong_value"),
        (Condition("frequency", Op.BETWEEN, (1, 2, 3)), "wrong_value"),
        (Condition("city", Op.IS_EMPTY, "x"), "needless_value"),
        (InClass(3, ()), "no_class"),
    ],
)
def test_a_wrong_condition_is_named_with_its_place(condition: Any, code: str) -> None:
    rule = AllOf((Condition("kind", Op.EQ, "company"), NotOf(AnyOf((condition,)))))

    problems = check_rule(rule, traits)

    assert [(one.path, one.code) for one in problems] == [("rule.all[1].not.any[0]", code)]
    with pytest.raises(RuleWrong) as refused:
        refuse_wrong_rule(rule, traits)
    assert "rule.all[1].not.any[0]" in refused.value.message


def test_groups_have_limits() -> None:
    leaf = Condition("kind", Op.EQ, "person")
    assert check_rule(AllOf(()), traits)[0].code == "empty_group"
    assert check_rule(AllOf((leaf,) * 201), traits)[0].code == "too_many"
    deep: Any = leaf
    for _ in range(20):
        deep = NotOf(deep)
    assert check_rule(deep, traits)[0].code == "too_deep"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"all": []}, ""),
        ({"version": 3, "rule": {"all": []}}, "version"),
        ({"version": 1, "rule": {"all": [{"any": {}}]}}, "rule.all[0].any"),
        ({"version": 1, "rule": {"trait": "city", "op": "like", "value": "x"}}, "rule"),
        ({"version": 1, "rule": {"trait": "city", "op": "eq", "value": {"x": 1}}}, "rule"),
        ({"version": 1, "rule": {"trait": "city", "op": "eq", "value": True}}, "rule"),
        ({"version": 1, "rule": {"scheme": "3", "classes": [1]}}, "rule"),
        ({"version": 1, "rule": {"not": None}}, "rule.not"),
    ],
)
def test_json_of_another_shape_is_no_rule(document: Any, path: str) -> None:
    with pytest.raises(NotARule) as refused:
        rule_from_json(document)
    assert refused.value.path == path
