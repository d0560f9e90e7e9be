"""What the editor draws, sent back untouched, is the same rule."""

from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.classification.schemes import rule_views, tree_pages
from zhike.classification.schemes.tree_facts import Offer, leaf_labels
from zhike.engine.public import rule_from_json, rule_to_json

words = st.sampled_from(["显卡", "a, b", '"x"', "web", "甲、乙", "it's", "<b>"])
lists = st.lists(words, min_size=1, max_size=3, unique=True)
whole = st.integers(0, 999)
units = st.sampled_from(["hour", "day", "week", "month", "quarter", "year"])
days = st.dates().filter(lambda day: 1900 <= day.year <= 2100).map(str)
windows = st.one_of(
    st.none(),
    st.builds(lambda last, unit: {"last": last, "unit": unit}, st.integers(1, 90), units),
    st.builds(
        lambda unit, back: {"calendar": unit, "back": back}, st.sampled_from(["week", "month"]), st.integers(0, 5)
    ),
    st.builds(lambda day: {"from": day}, days),
    st.builds(lambda day: {"from": "2020-01-01", "to": day}, days),
)
tests = st.one_of(
    st.builds(
        lambda name, op, value: {"property": name, "op": op, "value": value},
        st.sampled_from(["category", "product", "channel", "shelf"]),
        st.sampled_from(["in", "not_in"]),
        lists,
    ),
    st.builds(lambda value: {"property": "amount", "op": "ge", "value": value}, whole),
    st.builds(lambda value: {"property": "weight", "op": "between", "value": [1, value]}, whole),
    st.just({"property": "category", "op": "is_set"}),
)
wheres = st.lists(tests, max_size=3)


def fact(kind, where):
    return {"fact": kind} | ({"where": where} if where else {})


def windowed(node, window):
    return node | ({"window": window} if window else {})


happenings = st.builds(fact, st.sampled_from(["purchase", "return", "page_view"]), wheres)
counted = st.builds(
    lambda one, op, value, window: windowed(one | {"op": op, "value": value}, window),
    happenings,
    st.sampled_from(["ge", "le", "eq", "lt"]),
    whole,
    windows,
)
measured = st.builds(
    lambda one, measure, value, window: windowed(
        one
        | {"measure": measure, "op": "between", "value": [1, value]}
        | ({} if measure in ("first", "last") else {"property": "amount"}),
        window,
    ),
    happenings,
    st.sampled_from(["sum", "average", "least", "most", "first", "last"]),
    whole,
    windows,
)
percents = st.sampled_from([-30, 30, 0, "-2.5", "12.25", -100])
compared = st.one_of(
    st.builds(lambda op, value: {"op": op, "value": value}, st.sampled_from(["le", "ge", "lt", "gt", "ne"]), percents),
    st.builds(lambda value: {"op": "between", "value": [-5, value]}, percents),
)
ratios = st.builds(
    lambda one, measure, taken, with_what, window, year: windowed(
        one
        | {"measure": measure}
        | with_what
        | ({"property": taken} if taken else {})
        | ({"against": "year"} if year and measure == "trend" else {}),
        window,
    ),
    happenings,
    st.sampled_from(["trend", "share"]),
    st.sampled_from(["", "amount", "quantity"]),
    compared,
    windows,
    st.booleans(),
)
sequences = st.builds(
    lambda first, then, within, window: windowed({"first": first, "then": then, "within_days": within}, window),
    happenings,
    happenings,
    st.integers(1, 99),
    windows,
)
lots = st.builds(lambda low: {"bucket": "2026-1", "from": low, "to": "50.5"}, st.integers(0, 50))
traits_asked = st.one_of(
    st.builds(lambda value: {"trait": "tags", "op": "has_any", "value": value}, lists),
    st.builds(lambda value: {"trait": "birthday", "op": "yearly_in_next", "value": value}, st.integers(1, 90)),
    st.just({"trait": "birthday", "op": "month_in", "value": [5, 12]}),
    st.builds(lambda value: {"trait": "monetary", "op": "ge", "value": value}, whole),
    st.just({"trait": "place", "op": "in", "value": ["330000", "330100"]}),
    st.builds(lambda stay: {"scheme": 3, "classes": [7, 8]} | ({"days": stay} if stay else {}), whole),
    st.just({"not": {"trait": "industry", "op": "is_set"}}),
)
leaves = st.one_of(counted, measured, ratios, sequences, lots, traits_asked)
rules = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda joint, parts: {"not": {"any": parts}} if joint == "none" else {joint: parts},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


class Form(HTMLParser):
    """The fields that a browser would send."""

    def __init__(self):
        super().__init__()
        self.fields, self.select, self.options = [], "", []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and "name" in given and (given.get("type") != "checkbox" or "checked" in given):
            self.fields.append((given["name"], given.get("value", "")))
        if tag == "select":
            self.select, self.options = given["name"], []
        if tag == "option":
            self.options.append((given["value"], "selected" in given))

    def handle_endtag(self, tag):
        if tag == "select":
            chosen = [value for value, selected in self.options if selected]
            if not chosen and self.options:
                chosen = [self.options[0][0]]
            self.fields += [(self.select, value) for value in chosen]


@pytest.mark.django_db
@settings(max_examples=60)
@given(rule=rules)
def test_form_and_rule_are_the_same(rule):
    node = rule_to_json(rule_from_json({"version": 2, "rule": {"all": [rule]}}))["rule"]
    offer = Offer("CNY")
    groups = tree_pages.trait_groups([])
    drawing = tree_pages.Drawing(offer, [], {}, offered=frozenset(key for _, items in groups for key, _ in items))
    html = render_to_string(
        "classification/schemes/node.html",
        {"node": tree_pages.draw_tree(node, drawing), "traits": groups, "labels": leaf_labels(), "outer": True},
    )
    form = Form()
    form.feed(html)
    post = QueryDict(mutable=True)
    for name, value in form.fields:
        post.appendlist(name, value)
    assert rule_to_json(rule_from_json({"version": 2, "rule": rule_views.read_posted(post, offer)}))["rule"] == node
