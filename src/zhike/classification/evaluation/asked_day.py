from datetime import date, datetime

from zhike.accounts.public import get_organisation
from zhike.classification.errors import DayInFuture
from zhike.kit.clock import local_day


def find_today(*, day: date | None, at: datetime) -> date:
    """Return the organisation's day at an instant, where the day of judgement that somebody asks for may be.

    :raises DayInFuture: if `day` is after it.
    """
    today = local_day(at, get_organisation().time_zone)
    if day and day > today:
        raise DayInFuture(day=day.isoformat(), today=today.isoformat())
    return today
