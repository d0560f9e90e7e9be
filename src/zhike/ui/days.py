"""Days and instants as each language writes them, in the organisation's zone (the one that is active)."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_skeleton
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .amounts import NOTHING, spoken

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
DAY_PATTERNS = {"zh": ("{0.year}年{0.month}月{0.day}日", "{0.month}月{0.day}日")}
MINUTE, HOUR, DAY = 60, 3600, 86400


def format_day(value: date | datetime | None, form: str = "full") -> str:
    """Return a day: 2026年11月21日, 21 Nov 2026. `form="short"` leaves out the year when it is this year."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = local(value).date()
    short = form == "short" and value.year == timezone.localdate().year
    return _day_text(value, spoken(), short)


def format_month(value: date) -> str:
    """Return a month: 2026年11月, Nov 2026."""
    if spoken() == "zh":
        return f"{value.year}年{value.month}月"
    return format_skeleton("yMMM", value, locale=LOCALES["en"])


def format_moment(value: datetime | None, form: str = "full") -> str:
    """Return an instant to the minute: 2026年11月21日 14:26, 21 Nov 2026, 14:26."""
    if value is None:
        return NOTHING
    here = local(value)
    between = " " if spoken() == "zh" else ", "
    return f"{format_day(here, form)}{between}{here:%H:%M}"


def format_ago(value: datetime | None) -> str:
    """Return how long ago, or how long from now, an instant is; beyond 30 days its day."""
    if value is None:
        return NOTHING
    seconds = (timezone.now() - value).total_seconds()
    size = abs(seconds)
    if size < MINUTE:
        return _("just now") if seconds >= 0 else _("in a moment")
    if size >= 30 * DAY:
        return format_day(value, "short")
    return _span(int(size), past=seconds > 0)


def local(value: datetime) -> datetime:
    """Return an instant in the active zone; a time without a zone is taken as UTC."""
    return timezone.localtime(value) if timezone.is_aware(value) else timezone.localtime(timezone.make_aware(value))


def _span(size: int, *, past: bool) -> str:
    if size < HOUR:
        count = size // MINUTE
        text = (
            ngettext("{count} minute ago", "{count} minutes ago", count)
            if past
            else ngettext("in {count} minute", "in {count} minutes", count)
        )
    elif size < DAY:
        count = size // HOUR
        text = (
            ngettext("{count} hour ago", "{count} hours ago", count)
            if past
            else ngettext("in {count} hour", "in {count} hours", count)
        )
    else:
        count = size // DAY
        text = (
            ngettext("{count} day ago", "{count} days ago", count)
            if past
            else ngettext("in {count} day", "in {count} days", count)
        )
    return text.format(count=count)


@lru_cache(maxsize=4096)
def _day_text(value: date, language: str, short: bool) -> str:
    if language in DAY_PATTERNS:
        return DAY_PATTERNS[language][short].format(value)
    return format_skeleton("MMMd" if short else "yMMMd", value, locale=LOCALES[language])
