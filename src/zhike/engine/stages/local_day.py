"""The business day of an instant, without a time zone database in SQL.

The zone's offsets over the range of the data are found here and written as plain intervals, so that every dialect
gives the same day and a zone without summer time costs one addition.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlglot import exp

from zhike.engine import sql

_STEP = timedelta(days=7)  # no zone changes its offset twice within a week


def local_day(instant: exp.Expr, zone: str, first: datetime, last: datetime) -> exp.Expr:
    """Return the local day of a UTC timestamp column whose values lie between `first` and `last` (UTC, both count)."""
    changes = offsets(zone, first, last)
    shifted = [_shifted(instant, offset) for _, offset in changes]
    if len(shifted) == 1:
        return shifted[0]
    cases = exp.Case()
    for (until, _), shown in zip(changes[1:], shifted[:-1], strict=True):
        cases = cases.when(exp.LT(this=instant.copy(), expression=sql.instant(until)), shown)
    return cases.else_(shifted[-1])


def offsets(zone: str, first: datetime, last: datetime) -> list[tuple[datetime, timedelta]]:
    """Return (from when, offset from UTC) pairs that cover the range, in order; equal neighbours are one."""
    at, end = _utc(first), _utc(last)
    found = [(at, _offset(at, zone))]
    while at < end:
        later = min(at + _STEP, end)
        if _offset(later, zone) != found[-1][1]:
            change = _change_between(at, later, zone)
            found.append((change, _offset(change, zone)))
        at = later
    return found


def _change_between(low: datetime, high: datetime, zone: str) -> datetime:
    before = _offset(low, zone)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        middle = max(middle, low + timedelta(seconds=1))
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high.replace(microsecond=0)


def _shifted(instant: exp.Expr, offset: timedelta) -> exp.Expr:
    seconds = int(offset.total_seconds())
    moved = instant.copy()
    if seconds:
        shift = exp.Interval(this=exp.Literal.string(str(abs(seconds))), unit=exp.var("SECOND"))
        moved = (exp.Add if seconds > 0 else exp.Sub)(this=moved, expression=shift)
    return exp.cast(moved, "DATE")


def _offset(at: datetime, zone: str) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
