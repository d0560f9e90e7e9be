"""Memory follows the machine, and what does not fit in it goes to disk and away again."""

from pathlib import Path

import duckdb
import pytest

from zhike.engine.store.connection import SPILL, connect, memory_megabytes, share_of, sweep_spill


@pytest.mark.parametrize(("memory", "megabytes"), [(512 << 20, 256), (4_000_000_000, 1000), (64 << 30, 1536)])
def test_the_share_of_a_small_and_a_large_machine(memory: int, megabytes: int) -> None:
    assert share_of(memory) == megabytes


def test_a_sort_larger_than_memory_spills_and_leaves_nothing(tmp_path: Path) -> None:
    connection = connect(str(tmp_path / "work.duckdb"), folder=tmp_path)
    limit = "SELECT current_setting('memory_limit')"
    with duckdb.connect(config={"memory_limit": f"{memory_megabytes()}MB"}) as other:
        assert connection.sql(limit).fetchall() == other.sql(limit).fetchall()
    assert 256 <= memory_megabytes() <= 1536
    connection.execute("SET memory_limit = '60MB'")
    connection.execute(
        "CREATE TEMP TABLE sorted AS SELECT hash(i) AS h, i, i + 1 AS j FROM range(4000000) AS t (i) ORDER BY h"
    )
    spilled = [path for path in (tmp_path / SPILL).rglob("*") if path.is_file()]
    assert connection.sql("SELECT COUNT(*), SUM(i) FROM sorted").fetchall() == [(4_000_000, 7_999_998_000_000)]
    assert spilled
    connection.close()
    assert not [path for path in (tmp_path / SPILL).rglob("*") if path.is_file()]


def test_what_a_killed_process_spilled_is_swept(tmp_path: Path) -> None:
    left = tmp_path / SPILL / "999999999-work"
    left.mkdir(parents=True)
    (left / "duckdb_temp_storage.tmp").write_bytes(b"x")
    sweep_spill(tmp_path)
    assert not left.exists()
