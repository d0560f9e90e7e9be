import time

import pytest

from zhike.customers.names.rules import initials_of, name_tokens, pinyin_of, query_tokens
from zhike.customers.names.syllables import ways_to_cut


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三丰", "zhangsanfeng", "zsf"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("曾国藩", "zengguofan", "zgf"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("仇英", "qiuying", "qy"),
        ("区小姐", "ouxiaojie", "oxj"),
        ("查良镛", "zhaliangyong", "zly"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("吕布", "lvbu", "lb"),
        ("重庆银行", "chongqingyinhang", "cqyh"),
        ("长沙厦门大厦", "changshaxiamendasha", "csxmds"),
        ("Meridian Robotics GmbH", "meridianroboticsgmbh", "mrg"),
        ("ＡＢＣ公司", "abcgongsi", "ags"),
        ("😀", "", ""),
    ],
)
def test_names_are_read_as_they_are_said(name, pinyin, initials):
    assert (pinyin_of(name), initials_of(name)) == (pinyin, initials)


def test_a_name_is_found_by_pairs_of_hanzi_by_their_pinyin_and_by_words():
    assert name_tokens("澜图 Robotics") == ["robotics", "澜", "澜图", "lantu"]
    assert name_tokens("重庆银行") == ["重", "重庆", "庆银", "银行", "chongqing", "qingyin", "yinhang"]
    assert query_tokens("澜图精") == ["澜图", "图精"]
    assert query_tokens("张") == ["张"]


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("lantu", [["lan", "tu"]]),
        ("lantuj", [["lan", "tu"]]),  # the last one is only begun
        ("fangan", [["fang", "an"], ["fang", "a"], ["fan", "gan"], ["fan", "ga"]]),
        ("robotics", []),
        ("", [[]]),
    ],
)
def test_letters_are_cut_into_syllables(letters, ways):
    assert ways_to_cut(letters) == ways


def test_letters_that_are_cut_in_many_ways_cost_little():
    began = time.process_time()
    assert ways_to_cut("ao" * 500 + "v") == [["ao"] * 9, [*["ao"] * 8, "a", "o"], [*["ao"] * 7, "a", "o", "ao"],
        [*["ao"] * 7, "a", "o", "a", "o"]]  # fmt: skip
    assert ways_to_cut("aoaoaoaoaoaoaoaoav") == []
    assert time.process_time() - began < 10  # one after the other they would take for ever
