from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from zhike.ui.public import number_style

LONG = 10**18 + 1


def shown(language: str, template: str, **context: object) -> str:
    with translation.override(language):
        return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("minor", "currency", "chinese", "english"),
    [
        (128_450_000, "CNY", "¥1,284,500", "¥1,284,500"),
        (1_250, "CNY", "¥12.50", "¥12.50"),
        (5, "CNY", "¥0.05", "¥0.05"),
        (-1_250, "CNY", "−¥12.50", "−¥12.50"),
        (0, "CNY", "¥0", "¥0"),
        (100, "GBP", "£1", "£1"),
        (1_284_500, "JPY", "JP¥1,284,500", "¥1,284,500"),
        (100, "USD", "US$1", "$1"),
        (1_234, "KWD", "KWD\u00a01.234", "KWD\u00a01.234"),
        (LONG, "CNY", "¥10,000,000,000,000,000.01", "¥10,000,000,000,000,000.01"),
        (None, "CNY", "–", "–"),
    ],
)
def test_money(minor: int | None, currency: str, chinese: str, english: str) -> None:
    template = "{{ minor|money:currency }}"
    assert shown("zh-hans", template, minor=minor, currency=currency) == chinese
    assert shown("en", template, minor=minor, currency=currency) == english


@pytest.mark.parametrize(
    ("minor", "chinese", "english"),
    [
        (128_450_000, "¥128.5万", "¥1.3m"),
        (486_000_000, "¥486万", "¥4.9m"),
        (4_120_000_000, "¥4,120万", "¥41.2m"),
        (999_900, "¥9,999", "¥9,999"),
        (1_000_000, "¥1万", "¥10k"),
        (9_999_999_900, "¥1亿", "¥100m"),
        (12_800_000_000, "¥1.3亿", "¥128m"),
        (-128_450_000, "−¥128.5万", "−¥1.3m"),
        (99_999_999_900, "¥10亿", "¥1bn"),
        (1_250, "¥12.5", "¥12.5"),
        (0, "¥0", "¥0"),
        (None, "–", "–"),
    ],
)
def test_about_how_much_money(minor: int | None, chinese: str, english: str) -> None:
    template = "{{ minor|compact_money:'CNY' }}"
    assert shown("zh-hans", template, minor=minor) == chinese
    assert shown("en", template, minor=minor) == english


@pytest.mark.parametrize(
    ("price", "written"),
    [
        (Decimal("0.125"), "¥0.125"),
        (Decimal("3.5"), "¥3.50"),
        (Decimal("1200.000000"), "¥1,200"),
        (Decimal("0.000001"), "¥0.000001"),
        (Decimal("-2.55"), "−¥2.55"),
        (None, "–"),
    ],
)
def test_unit_price(price: Decimal | None, written: str) -> None:
    assert shown("zh-hans", "{{ price|price:'CNY' }}", price=price) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_284_500, "1,284,500"),
        (-3, "−3"),
        (Decimal("12.50"), "12.5"),
        (Decimal("12.345"), "12.35"),
        (1234.0, "1,234"),
        (None, "–"),
    ],
)
def test_number(value: object, written: str) -> None:
    assert shown("zh-hans", "{{ value|number }}", value=value) == written
    assert shown("en", "{{ value|number }}", value=value) == written


def test_number_in_short() -> None:
    assert shown("zh-hans", "{{ 128400|compact }} {{ -128400|compact }} {{ 999|compact }}") == "12.8万 −12.8万 999"
    assert shown("en", "{{ 128400|compact }} {{ 9999|compact }}") == "128.4k 9,999"


@pytest.mark.parametrize(
    ("ratio", "written"), [(0.941, "94.1%"), (0.12, "12%"), (0, "0%"), (1, "100%"), (-0.055, "−5.5%"), (None, "–")]
)
def test_share(ratio: float | None, written: str) -> None:
    assert shown("zh-hans", "{{ ratio|percent }}", ratio=ratio) == written


def test_share_without_decimals_is_rounded_half_up() -> None:
    assert shown("zh-hans", "{{ ratio|percent:0 }}", ratio=0.645) == "65%"


@pytest.mark.parametrize(
    ("minor", "chinese", "english"),
    [
        (128_450_000, "¥128.45万", "¥1.28m"),
        (-128_450_000, "−¥128.45万", "−¥1.28m"),
        (1_000_000, "¥1万", "¥10k"),
        (999_999, "¥9,999.99", "¥9,999.99"),
        (9_999_999_900, "¥1亿", "¥100m"),
        (12_845_000_000, "¥1.28亿", "¥128.45m"),
        (None, "–", "–"),
    ],
)
def test_money_in_short_for_who_prefers_that(minor: int | None, chinese: str, english: str) -> None:
    with number_style("short"):
        assert shown("zh-hans", "{{ minor|money:'CNY' }}", minor=minor) == chinese
        assert shown("en", "{{ minor|money:'CNY' }}", minor=minor) == english


def test_numbers_in_short_and_what_stays_exact() -> None:
    template = "{{ n|number }} {{ n|exact }} {{ n|compact }} {{ minor|exact_money:'CNY' }} {{ 0.94|percent }}"
    with number_style("short"):
        assert shown("zh-hans", template, n=1_284_500, minor=128_450_000) == (
            "128.45万 1,284,500 128.5万 ¥1,284,500 94%"
        )
    assert shown("zh-hans", "{{ 1284500|number }}") == "1,284,500"


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(461400, "CNY", "¥4,614.00"), (-193730, "CNY", "−¥1,937.30"), (1060, "JPY", "JP¥1,060"), (None, "CNY", "–")],
)
def test_amounts_below_each_other_have_their_points_below_each_other(
    minor: int | None, currency: str, written: str
) -> None:
    assert shown("zh-hans", "{{ minor|column_money:currency }}", minor=minor, currency=currency) == written
    with number_style("short"):
        assert shown("zh-hans", "{{ 128450000|column_money:'CNY' }}") == "¥128.45万"
