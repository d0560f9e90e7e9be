"""Days of business: instants are UTC, a day is the organisation's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_day(at: datetime, zone: str) -> date:
    """Return the business day on which an instant falls."""
    return at.astimezone(ZoneInfo(zone)).date()


def day_start(day: date, zone: str) -> datetime:
    """Return the instant, in UTC, at which a business day begins."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def day_end(day: date, zone: str) -> datetime:
    """Return the instant, in UTC, at which a business day ends (the start of the next one)."""
    return day_start(day + timedelta(days=1), zone)


def list_month_starts(day: date, count: int) -> list[date]:
    """Return the first days of the last `count` months, that of `day` last."""
    last = day.year * 12 + day.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - count + 1, last + 1)]


def first_of_last(days: int, at: datetime, zone: str) -> date:
    """Return the first of the last `days` business days, of which the one that an instant falls on is the last."""
    return local_day(at, zone) - timedelta(days=days - 1)
