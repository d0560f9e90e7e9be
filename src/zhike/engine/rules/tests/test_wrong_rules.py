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
        ({"version": 4, "rule": {"all": []}}, "version"),
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


def did(**parts: Any) -> dict[str, Any]:
    return {"fact": "purchase", "op": "ge", "value": 1} | parts


def where(**parts: Any) -> dict[str, Any]:
    return did(where=[{"property": "category", "op": "eq", "value": "x"} | parts])


SEQUENCE = {"first": {"fact": "visit"}, "then": {"fact": "call"}, "within_days": 7}


@pytest.mark.parametrize(
    ("node", "path", "code"),
    [
        (did(fact="Purchase'; --"), "", "unknown_fact"),
        (did(op="contains"), "", "wrong_op"),
        (did(value=-1), "", "wrong_value"),
        (did(value="1.5"), "", "wrong_value"),
        (did(property="amount"), "", "needless_value"),
        (did(measure="sum"), "", "unknown_property"),
        (did(measure="sum", property="category"), "", "wrong_op"),
        (did(measure="last", value=40_000), "", "wrong_value"),
        (where(property='a"b'), ".where[0]", "unknown_property"),
        (where(property="$.x"), ".where[0]", "unknown_property"),
        (where(property="amount", op="contains"), ".where[0]", "wrong_op"),
        (where(value=5), ".where[0]", "wrong_value"),
        (where(value="a\0b"), ".where[0]", "wrong_value"),
        (where(value="\ud800"), ".where[0]", "wrong_value"),
        (did(window={"last": 40_000}), ".window", "wrong_window"),
        (did(window={"last": 1201, "unit": "month"}), ".window", "wrong_window"),
        (did(window={"from": "2026-02-30"}), ".window", "wrong_window"),
        (did(window={"from": "20260101"}), ".window", "wrong_window"),
        (did(window={"from": "2026-02-01", "to": "2026-01-01"}), ".window", "wrong_window"),
        (did(window={"calendar": "day"}), ".window", "wrong_window"),
        (SEQUENCE | {"within_days": 0}, ".within_days", "wrong_window"),
        (SEQUENCE | {"then": {"fact": "x" * 41}}, ".then", "unknown_fact"),
        ({"bucket": "", "from": 0, "to": 10}, "", "wrong_value"),
        ({"bucket": "x", "from": 10, "to": 10}, "", "wrong_value"),
        ({"bucket": "x", "from": 0, "to": "33.333"}, "", "wrong_value"),
        ({"scheme": 3, "classes": [1], "days": -1}, "", "wrong_window"),
        ({"trait": "birthday", "op": "month_in", "value": [13]}, "", "wrong_value"),
        ({"trait": "birthday", "op": "yearly_in_next", "value": 367}, "", "wrong_value"),
        ({"trait": "birthday", "op": "eq", "value": "20260101"}, "", "wrong_value"),
    ],
)
def test_a_wrong_leaf_about_facts_is_named_with_its_place(node: Any, path: str, code: str) -> None:
    rule = rule_from_json({"version": 2, "rule": {"all": [{"not": node}]}})
    assert [(one.path, one.code) for one in check_rule(rule, traits)] == [(f"rule.all[0].not{path}", code)]


@pytest.mark.parametrize(
    "node",
    [
        {"fact": "x", "op": ["ge"]},
        {"fact": ["x"], "op": "ge"},
        did(window={"last": 0}),
        did(window={"last": True}),
        did(window={"last": 5, "to": "2026-01-01"}),
        did(window=[]),
        did(where={"property": "x"}),
        did(more=1),
        {"first": {"fact": "x"}, "then": "y", "within_days": 7},
        {"bucket": "x", "from": 0},
    ],
)
def test_a_leaf_of_another_shape_is_no_rule(node: Any) -> None:
    with pytest.raises(NotARule):
        rule_from_json({"version": 2, "rule": node})


def test_ten_thousand_leaves_and_a_thousand_brackets_are_refused() -> None:
    many = rule_from_json({"version": 2, "rule": {"any": [did()] * 10_000}})
    assert [one.code for one in check_rule(many, traits)] == ["too_many"]
    deep: Any = did()
    for _ in range(1000):
        deep = {"not": deep}
    with pytest.raises(NotARule):
        rule_from_json({"version": 2, "rule": deep})
