"""Rules in Chinese sentences: half a space stands between Chinese and digits or letters, none within dates."""

import re

import pytest
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import override
from hypothesis import given, settings

from zhike.classification.schemes.tests.test_rule_round_trip import rules
from zhike.classification.schemes.wording import rule_sentence
from zhike.engine.public import rule_from_json, rule_to_json
from zhike.ui.public import space_scripts

TAG = re.compile(r"</?[^>]*>")
DATE = re.compile(r"\d+年\d+月\d+日|\d+月\d+日")
TOUCHING = re.compile("[0-9A-Za-z%][\u4e00-\u9fff]|[\u4e00-\u9fff][0-9A-Za-z¥]")


@pytest.mark.django_db
@settings(max_examples=50)
@given(rule=rules)
def test_no_number_or_letter_touches_a_chinese_word(rule):
    document = rule_to_json(rule_from_json({"version": 2, "rule": {"all": [rule]}}))
    with override("zh-hans"):
        said = space_scripts(format_html("{}的客户", rule_sentence(document, currency="CNY")))
    assert TOUCHING.findall(DATE.sub("日", TAG.sub("", said))) == [], said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ("净额不少于 <b>¥1,000</b>的客户，归入", "净额不少于 <b>¥1,000</b> 的客户，归入"),
        ("购买日数<b>3</b>至<b>5</b>次", "购买日数 <b>3</b> 至 <b>5</b> 次"),
        ("类别为 <b>A类</b>，在2026年11月21日之后", "类别为 <b>A类</b>，在2026年11月21日之后"),
        ("占比94.1%的客户、VIP客户", "占比 94.1% 的客户、VIP 客户"),
        ("城市为 <b>苏州</b>的客户", "城市为 <b>苏州</b>的客户"),
        ("标签含 <b>&quot;x&quot;、b</b>的客户", "标签含 <b>&quot;x&quot;、b</b> 的客户"),
    ],
)
def test_names_and_dates_stay_as_they_are_written(parts, said):
    assert space_scripts(mark_safe(parts)) == said
