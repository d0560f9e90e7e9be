import pytest

from zhike.customers.places.rules import country_code, division_name, find_division, split_division


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("浙江省杭州市西湖区文三路 90 号", "330106"),
        ("浙江 杭州", "330100"),
        ("杭州", "330100"),
        ("Hangzhou", "330100"),
        ("Zhejiang", "330000"),
        ("330106", "330106"),
        ("北京", "110100"),
        ("北京市朝阳区", "110105"),
        ("朝阳区", ""),  # Beijing, or Changchun
        ("辽宁朝阳", "211300"),
        ("重庆市奉节县", "500236"),
        ("仙桃", "429004"),
        ("内蒙古呼伦贝尔", "150700"),
        ("吉林省吉林市", "220200"),
        ("广西壮族自治区南宁市", "450100"),
        ("恩施土家族苗族自治州", "422800"),
        ("香港", "810000"),
        ("Atlantis", ""),
        ("999999", ""),
        ("", ""),
    ],
)
def test_a_place_as_people_write_it_becomes_a_code(text, code):
    assert find_division(text) == code


def test_a_code_is_named_in_both_languages():
    assert [division_name(code) for code in ("330000", "330100", "330106", "110100", "429004")] == [
        "浙江", "杭州", "西湖区", "北京", "仙桃",
    ]  # fmt: skip
    assert [division_name(code, "en") for code in ("330000", "330100", "610000", "150000", "110100")] == [
        "Zhejiang", "Hangzhou", "Shaanxi", "Inner Mongolia", "Beijing",
    ]  # fmt: skip


def test_a_district_of_a_municipality_is_in_its_one_city():
    part = split_division("500236")
    assert (part.province, part.city, part.district) == ("500000", "500100", "500236")


def test_countries_are_known_by_the_names_that_files_use():
    names = ["United Kingdom", "EIRE", "USA", "RSA", "U.K.", "德国", "中国", "Channel Islands", "Unspecified", "de"]
    assert [country_code(name) for name in names] == ["GB", "IE", "US", "ZA", "GB", "DE", "CN", "", "", "DE"]
