"""Rules as text: what is written reads back to the same rule, and a mistake is named with its place."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.engine.rules.ast import (
    EVER,
    Against,
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    Happening,
    InClass,
    Measured,
    NotOf,
    Op,
    PropertyTest,
    Rule,
    Sequence,
    Unit,
    Window,
)
from zhike.engine.rules.check import check_rule
from zhike.engine.rules.document import rule_from_json, rule_to_json
from zhike.engine.rules.parsing import parse_rule
from zhike.engine.rules.printing import Names, rule_text
from zhike.engine.rules.tokens import NotRuleText
from zhike.engine.rules.traits import OPS, TraitType, traits

NAMES = Names({7: "vip", 8: "odd key"}, {7: {71: "yes", 72: "not"}, 8: {81: "甲 类"}})
ASKED = 'city in ("杭州", "宁波") and did(purchase where category = "显卡", last 90 days) >= 3 and not class(vip, yes)'

values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
numbers = st.integers(-1000, 10**12) | st.sampled_from(["1.5", "0.000001", "-2.25"])
words = st.from_regex(r"[^\W\d][\w-]{0,9}", fullmatch=True)
days = st.dates().map(str)
windows = (
    st.just(EVER)
    | st.builds(Window, last=st.integers(1, 50), unit=st.sampled_from(Unit))
    | st.builds(Window, start=days, end=days | st.just(""))
    | st.builds(Window, calendar=st.sampled_from([Unit.WEEK, Unit.YEAR]), back=st.integers(0, 3))
)


@st.composite
def compared(draw: st.DrawFn, held: Any = values | numbers, ops: Any = Op) -> tuple[Op, Any]:
    op = draw(st.sampled_from(ops))
    if op in (Op.IS_EMPTY, Op.IS_SET):
        return op, None
    if op is Op.BETWEEN:
        return op, (draw(held), draw(held))
    if op in (Op.IN_LAST, Op.IN_NEXT, Op.YEARLY_IN_NEXT):
        return op, draw(st.integers(1, 400))
    if op in (Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE, Op.MONTH_IN, Op.DAY_IN):
        return op, tuple(draw(st.lists(held, min_size=1, max_size=3)))
    return op, draw(held)


tests = st.tuples(words, compared()).map(lambda one: PropertyTest(one[0], *one[1]))
happenings = st.builds(Happening, words, st.lists(tests, max_size=2).map(tuple))


@st.composite
def measured(draw: st.DrawFn) -> Rule:
    kind = draw(st.sampled_from(Measured))
    takes = kind in (Measured.SUM, Measured.AVERAGE, Measured.LEAST, Measured.MOST)
    takes = takes or (kind in (Measured.TREND, Measured.SHARE) and draw(st.booleans()))
    op = draw(st.sampled_from([Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN]))
    value = (draw(numbers), draw(numbers)) if op is Op.BETWEEN else draw(numbers)
    taken = draw(words | st.just("amount")) if takes else ""
    against = draw(st.sampled_from(Against)) if kind is Measured.TREND else Against.BEFORE
    return Did(draw(happenings), op, value, kind, taken, draw(windows), against)


LEAVES = (
    st.tuples(st.sampled_from(["city", "tags", "a.b", "class", "where"]) | values, compared()).map(
        lambda one: Condition(one[0], *one[1])
    )
    | compared(numbers, OPS[TraitType.MONEY]).map(lambda one: Condition("monetary", *one))
    | measured()
    | st.builds(Sequence, happenings, happenings, st.integers(1, 99), windows)
    | st.builds(Bucket, values, numbers, numbers)
    | st.builds(
        InClass, st.sampled_from([7, 8, 9]), st.lists(st.integers(70, 82), min_size=1).map(tuple), st.integers(0, 60)
    )
)
RULES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(NotOf)
    ),
    max_leaves=6,
)


@settings(max_examples=200)
@given(rule=RULES)
def test_a_rule_reads_back_from_its_text_and_from_its_json(rule: Rule) -> None:
    text = rule_text(rule, traits, NAMES)
    assert parse_rule(text, traits, NAMES) == rule, text
    assert rule_from_json(rule_to_json(rule)) == rule


def test_the_text_of_the_guide_is_the_rule_that_it_says() -> None:
    rule = parse_rule(ASKED, traits, NAMES)
    cards = Happening("purchase", (PropertyTest("category", Op.EQ, "显卡"),))
    assert rule == AllOf(
        (
            Condition("city", Op.IN, ("杭州", "宁波")),
            Did(cards, Op.GE, 3, window=Window(last=90)),
            NotOf(InClass(7, (71,))),
        )
    )
    assert rule_text(rule, traits, NAMES) == ASKED
    assert check_rule(rule, traits) == []


def test_amounts_are_written_in_whole_currency_and_kept_in_minor_units() -> None:
    assert parse_rule("monetary >= 5000.5", traits) == Condition("monetary", Op.GE, 500_050)
    spent = parse_rule("sum(purchase of amount) > 12", traits)
    assert isinstance(spent, Did)
    assert spent.value == 1200
    assert parse_rule("monetary >= 5000", traits, Names(decimals=0)) == Condition("monetary", Op.GE, 5000)
    assert rule_text(Condition("monetary", Op.GE, 500_050), traits) == "monetary >= 5000.50"
    assert rule_text(Condition("employees", Op.GE, Decimal("2.5")), traits) == "employees >= 2.5"


def test_full_width_signs_and_line_breaks_are_read() -> None:
    assert parse_rule("city in （“杭州”，\n “宁波”）", traits) == Condition("city", Op.IN, ("杭州", "宁波"))


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("city in", (1, 8), "“(”"),
        ("city = 1 and\n ~", (2, 2), "a condition"),
        ('name = "abc', (1, 8), "a text that ends with a quotation mark"),
        ("class(vip, nobody)", (1, 12), "a class of that type"),
        ("class(vipp, yes)", (1, 7), "a customer management type"),
        ("did(purchase, last 0 days)", (1, 20), "a whole number from 1"),
        ("did(purchase, soon)", (1, 15), "a window: last 90 days, from 2026-01-01 to 2026-03-31, or calendar month"),
        ("sum(purchase of amount)", (1, 24), "a comparison such as =, >=, in, between, contains or is empty"),
        ("last(purchase) > 3", (1, 19), "“days”"),
        ("(city = 1", (1, 10), "“)”"),
        ("city = 1 city = 2", (1, 10), "“and”, “or” or the end"),
        ("", (1, 1), "a condition"),
        ("(" * 10_000, (1, 52), "fewer brackets within one another"),
    ],
)
def test_a_mistake_is_named_with_line_column_and_what_was_expected(text: str, place: Any, expected: str) -> None:
    with pytest.raises(NotRuleText) as refused:
        parse_rule(text, traits, NAMES)
    assert ((refused.value.line, refused.value.column), refused.value.expected) == (place, expected)
