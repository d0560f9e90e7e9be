import pytest

from zhike.customers.names.rules import initials_of, name_tokens, pinyin_of, query_tokens


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


def test_a_name_is_found_by_pairs_of_hanzi_and_by_words():
    assert name_tokens("澜图 Robotics") == ["robotics", "澜", "澜图"]
    assert query_tokens("澜图精") == ["澜图", "图精"]
    assert query_tokens("张") == ["张"]
