"""One small Java on this machine for all tests of Spark: starting it and warming it up is most of what they cost."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from zhike.engine.conftest import FILLED
from zhike.engine.spark import session
from zhike.engine.spark.session import missing_for_spark
from zhike.engine.spark.tests.shop import fill_shop, run_twice
from zhike.engine.store.store import Store

SMALL_JAVA = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"  # a tenth of what a start costs
)
SMALL = {
    "spark.driver.extraJavaOptions": SMALL_JAVA,
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",  # few rows, many statements: it is quicker to interpret them, half the CPU
    "spark.sql.adaptive.enabled": "false",
}
REASONS = {
    "pyspark": "Spark is not installed: requirements-spark.lock has it",
    "java": "Spark needs Java 17 or later, and there is none here",
}


@pytest.fixture(scope="session")
def one_java() -> Iterator[None]:
    """Sessions that follow one another have the same Java; it must be gone at the end."""
    if missing := missing_for_spark():
        pytest.skip(REASONS[missing])
    from pyspark import SparkContext

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "_end_java", lambda _context: None)
        yield
    java = SparkContext._gateway.proc
    session._end_java(SparkContext)
    assert java.poll() is not None


@pytest.fixture(scope="module")
def sessions(one_java: None) -> Iterator[ExitStack]:
    """End at the end of a file what its tests began."""
    with ExitStack() as begun:
        yield begun


@pytest.fixture
def spark(sessions: ExitStack) -> Any:
    """Give a session on two threads: that of the test before, unless that one ended it."""
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    return active or sessions.enter_context(session.spark_session("local[2]", SMALL))


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
