"""One small Spark on this machine for all tests of a file."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from zhike.engine.conftest import FILLED
from zhike.engine.spark.session import missing_for_spark, spark_session
from zhike.engine.spark.tests.shop import fill_shop, run_twice
from zhike.engine.store.store import Store

SMALL = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",  # few rows, many statements: it is quicker to interpret them, half the CPU
    "spark.sql.adaptive.enabled": "false",
}
REASONS = {
    "pyspark": "Spark is not installed: requirements-spark.lock has it",
    "java": "Spark needs Java 17 or later, and there is none here",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Give a session on two threads; what is tested shares its JVM."""
    if missing := missing_for_spark():
        pytest.skip(REASONS[missing])
    with spark_session("local[2]", SMALL) as session:
        yield session


@pytest.fixture(scope="module")
def shop(engine_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give the store of a shop after two runs; the database stays as it is while the tests ask."""
    store = Store(tmp_path_factory.mktemp("spark") / "engine", engine_database)
    with psycopg.connect(engine_database, autocommit=True) as postgres:
        postgres.execute(f"TRUNCATE {', '.join(FILLED)} RESTART IDENTITY")
        with postgres.transaction():
            fill_shop(postgres)
        run_twice(store, postgres)
        yield store
