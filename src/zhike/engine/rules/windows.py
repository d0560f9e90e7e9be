"""Windows: the day of judgement and the stretch of time before it in which facts count. Defined here and nowhere else.

Ends are instants in UTC, the start counts and the end does not. Months are calendar months: one month before 31 March
is 28 February.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from zhike.engine.rules.ast import Against, Unit, Window
from zhike.kit.clock import day_start

MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
LONGEST = {
    Unit.HOUR: 24 * 366,
    Unit.DAY: 36_500,
    Unit.WEEK: 5_200,
    Unit.MONTH: 1_200,
    Unit.QUARTER: 400,
    Unit.YEAR: 100,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where is judged: the day D, the zone that cuts days, the currency of amounts.

    Facts of local days before D count, with `today_counts` those of D too. Windows of hours end at `at`, by default
    where the days that count end. `revenue` is the net amount of everybody in a year, of which rules ask for shares;
    None: not known.
    """

    as_of: date
    zone: str = "UTC"
    currency: str = ""
    today_counts: bool = False
    at: datetime | None = None
    revenue: int | None = None

    @property
    def until(self) -> date:
        """The first day whose facts do not count."""
        return self.as_of + timedelta(days=self.today_counts)

    def start_of(self, day: date) -> datetime:
        """Return the instant in UTC, without a zone as the mirror's are, at which a local day begins."""
        return day_start(day, self.zone).replace(tzinfo=None)

    @property
    def end(self) -> datetime:
        return self.start_of(self.until)

    @property
    def instant(self) -> datetime:
        return self.at.astimezone(UTC).replace(tzinfo=None) if self.at else self.end


def bounds(window: Window, moment: Moment) -> tuple[datetime | None, datetime]:
    """Return where a window begins (None: with the first fact) and ends; it is empty where the end comes first."""
    if window.last and window.unit is Unit.HOUR:
        return moment.instant - timedelta(hours=window.last), moment.instant
    days = _days(window, moment.as_of)
    end = moment.start_of(min(days[1], moment.until)) if days[1] else moment.end
    return (moment.start_of(days[0]) if days[0] else None), end


def bounds_before(window: Window, moment: Moment, against: Against) -> tuple[datetime, datetime]:
    """Return the earlier stretch that a trend compares a window with. The window has two ends, see `trend_problem`.

    Of a rolling window it is the one of as many days right before it; of a calendar one, and of one between two days,
    the one before it, and while it lasts as many days from its start on as have gone by. A year earlier are the same
    days of the year, of calendar weeks those 52 weeks earlier. It never reaches into the window itself.
    """
    if window.last and window.unit is Unit.HOUR:
        span = timedelta(hours=window.last)
        return moment.instant - 2 * span, moment.instant - span
    first, last = _days(window, moment.as_of)
    if first is None:
        raise ValueError("a window without a start has nothing before it")
    until = max(min(last or moment.until, moment.until), first)
    if against is Against.YEAR:
        start, end = (_year_before(one, window) for one in (first, until))
    else:
        start = _start_before(window, moment, first, last)
        end = first if last in (None, until) else start + (until - first)
    return moment.start_of(start), moment.start_of(min(end, first))


def _year_before(day: date, window: Window) -> date:
    return day - timedelta(weeks=52) if window.calendar is Unit.WEEK else months_before(day, 12)


def _start_before(window: Window, moment: Moment, first: date, last: date | None) -> date:
    if window.calendar:
        return _calendar(window.calendar, window.back + 1, moment.as_of)[0]
    if last is not None:
        return first - (last - first)
    start, _ = _days(replace(window, last=2 * window.last), moment.as_of)
    return (start or first) - timedelta(days=moment.today_counts)


def _days(window: Window, day: date) -> tuple[date | None, date | None]:
    if window.last:
        if window.unit in MONTHS:
            return months_before(day, window.last * MONTHS[window.unit]), None
        return day - timedelta(days=window.last * (7 if window.unit is Unit.WEEK else 1)), None
    if window.calendar:
        return _calendar(window.calendar, window.back, day)
    start = date.fromisoformat(window.start) if window.start else None
    return start, date.fromisoformat(window.end) + timedelta(days=1) if window.end else None


def _calendar(unit: Unit, back: int, day: date) -> tuple[date, date]:
    if unit is Unit.WEEK:
        start = day - timedelta(days=day.weekday() + 7 * back)
        return start, start + timedelta(days=7)
    size = MONTHS[unit]
    first = months_before(day.replace(day=1), (day.month - 1) % size + size * back)
    return first, months_before(first, -size)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months before (after, where negative), or the last of a shorter month."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_days(start: date, days: int) -> Iterator[int]:
    """Yield the days of the year from `start` on as month × 100 + day; 29 February comes with 28 in ordinary years."""
    for step in range(min(days, 366)):
        day = start + timedelta(days=step)
        yield day.month * 100 + day.day
        if (day.month, day.day) == (2, 28) and monthrange(day.year, 2)[1] == 28:
            yield 229
