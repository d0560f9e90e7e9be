from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

EVENING = datetime(2024, 11, 20, 22, 26, tzinfo=UTC)  # already the 21st in Shanghai


def shown(language: str, template: str, **context: object) -> str:
    with translation.override(language), timezone.override(ZoneInfo("Asia/Shanghai")):
        return Template(template).render(Context(context))


def test_day_in_both_languages() -> None:
    assert shown("zh-hans", "{{ one|day }}", one=date(2026, 11, 21)) == "2026年11月21日"
    assert shown("en", "{{ one|day }}", one=date(2026, 11, 21)) == "21 Nov 2026"
    assert shown("en", "{{ one|day }}", one=date(2026, 9, 1)) == "1 Sept 2026"


def test_an_instant_falls_on_the_organisations_day() -> None:
    assert shown("zh-hans", "{{ one|day }}", one=EVENING) == "2024年11月21日"
    assert shown("zh-hans", "{{ one|moment }}", one=EVENING) == "2024年11月21日 06:26"
    assert shown("en", "{{ one|moment }}", one=EVENING) == "21 Nov 2024, 06:26"


def test_short_leaves_out_this_year_only() -> None:
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        this_year = timezone.localdate().replace(month=3, day=5)
    assert shown("zh-hans", "{{ one|day:'short' }}", one=this_year) == "3月5日"
    assert shown("en", "{{ one|day:'short' }}", one=this_year) == "5 Mar"
    assert shown("zh-hans", "{{ one|day:'short' }}", one=date(2019, 3, 5)) == "2019年3月5日"


@pytest.mark.parametrize(
    ("before", "chinese", "english"),
    [
        (timedelta(seconds=5), "刚刚", "just now"),
        (timedelta(seconds=61), "1 分钟前", "1 minute ago"),
        (timedelta(minutes=3, seconds=1), "3 分钟前", "3 minutes ago"),
        (timedelta(hours=5, minutes=1), "5 小时前", "5 hours ago"),
        (timedelta(days=2, minutes=1), "2 天前", "2 days ago"),
        (timedelta(days=-3, minutes=-1), "3 天后", "in 3 days"),
        (timedelta(hours=-1, minutes=-1), "1 小时后", "in 1 hour"),
    ],
)
def test_how_long_ago(before: timedelta, chinese: str, english: str) -> None:
    assert shown("zh-hans", "{{ one|ago }}", one=timezone.now() - before) == chinese
    assert shown("en", "{{ one|ago }}", one=timezone.now() - before) == english


def test_long_ago_is_a_day() -> None:
    assert shown("zh-hans", "{{ one|ago }}", one=EVENING) == "2024年11月21日"


def test_nothing_is_a_dash() -> None:
    for name in ("day", "moment", "ago"):
        assert shown("zh-hans", f"{{{{ one|{name} }}}}", one=None) == "–"
    assert shown("zh-hans", "{% when one %}", one=None) == "–"


def test_a_time_element_says_the_exact_instant() -> None:
    assert shown("zh-hans", "{% when one 'ago' %}", one=EVENING) == (
        '<time datetime="2024-11-21T06:26:00+08:00" title="2024年11月21日 06:26">2024年11月21日</time>'
    )
