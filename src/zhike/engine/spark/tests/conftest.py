"""One small Spark on this machine for all tests of a file."""

from collections.abc import Iterator
from typing import Any

import pytest

from zhike.engine.spark.session import missing_for_spark, spark_session

SMALL = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
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
