"""The business day of an instant equals what the time zone database says."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from zhike.engine import sql
from zhike.engine.stages.local_day import local_day, offsets
from zhike.kit.clock import local_day as by_database


@pytest.mark.parametrize(
    "zone",
    ["Asia/Shanghai", "Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC", "Asia/Tehran"],
)
def test_the_day_is_that_of_the_zone(zone: str) -> None:
    first, last = datetime(2009, 1, 1), datetime(2013, 12, 31)
    edges = [at for at, _ in offsets(zone, first, last)]
    near = [at.replace(tzinfo=None) + timedelta(seconds=by) for at in edges for by in (-1, 0, 1)]
    instants = [first + timedelta(hours=7 * step, minutes=13) for step in range(6200)] + near
    inside = [at for at in instants if first <= at <= last]
    expression = sql.emit(local_day(sql.column("at"), zone, first, last))

    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE t AS SELECT unnest(?::TIMESTAMP[]) AS "at"', [inside])
        found = connection.execute(f'SELECT "at", {expression} FROM t').fetchall()

    assert found == [(at, by_database(at.replace(tzinfo=UTC), zone)) for at in inside]


def test_a_zone_without_summer_time_costs_one_addition() -> None:
    assert len(offsets("Asia/Shanghai", datetime(2000, 1, 1), datetime(2030, 1, 1))) == 1
    assert len(offsets("Europe/London", datetime(2025, 1, 1), datetime(2026, 1, 1))) == 3
