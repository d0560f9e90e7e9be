"""A Spark session that means what the stages mean: UTC, ANSI, no variables in statements. It ends with its JVM."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from zhike.engine.errors import JavaMissing, SparkFailed, SparkMissing

MASTER = "ZHIKE_SPARK_MASTER"
LOCAL = "local[2]"
MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.variable.substitute": "false",  # "${env:…}" in somebody's value stays a text
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
}
_START = {
    "spark.app.name": "zhike",
    "spark.driver.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "100000",  # else lists of days are sorted first
}
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}
_NEAR = re.compile(r"local|spark://(127\.0\.0\.1|localhost):")
PATIENCE = 20  # seconds for a JVM to end


def missing_for_spark() -> str:
    """Return what keeps Spark from running here: "pyspark", "java", or nothing."""
    if find_spec("pyspark") is None:
        return "pyspark"
    home = os.environ.get("JAVA_HOME")
    return "" if shutil.which("java") or (home and (Path(home) / "bin" / "java").exists()) else "java"


def refuse_missing() -> None:
    """:raises SparkMissing, JavaMissing: if Spark cannot run here."""
    if missing := missing_for_spark():
        raise SparkMissing if missing == "pyspark" else JavaMissing


@contextmanager
def spark_session(master: str = "", settings: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Give a SparkSession, and end it and its JVM afterwards.

    A session that this process has already (a notebook's) is shared: ours has views and settings of its own there,
    and nothing is ended.

    :param master: where it runs; by default what ZHIKE_SPARK_MASTER says, else two threads of this machine.
    :param settings: Spark's own settings, beside and above ours; those that give statements their meaning stay.
    :raises SparkMissing, JavaMissing: if it cannot run here. :raises SparkFailed: what Spark itself fails at.
    """
    refuse_missing()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    try:
        active = SparkSession.getActiveSession()
        if active is not None:
            yield _with_meaning(active.newSession())
            return
        with tempfile.TemporaryDirectory(prefix="zhike-spark-") as scratch:
            yield from _own_session(master or os.environ.get(MASTER) or LOCAL, settings or {}, scratch)
    except (PySparkException, Py4JError) as error:
        raise SparkFailed(reason=_first_line(error)) from error


def _own_session(master: str, settings: Mapping[str, str], scratch: str) -> Iterator[Any]:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    near = _LOCAL if _NEAR.match(master) else {}
    given = {**_START, **near, "spark.sql.warehouse.dir": f"{scratch}/warehouse", **settings, **MEANING}
    builder = SparkSession.builder.master(master)
    for key, value in given.items():
        builder = builder.config(key, value)
    session, before = None, _children()
    try:
        with _own_interrupt():
            session = builder.getOrCreate()
        yield session
    except (KeyboardInterrupt, SystemExit):  # somebody waits: a cluster notices by itself that its driver is gone
        for one in _children() - before:  # also one that has only just been launched and has no gateway yet
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        raise
    except BaseException:
        _stop(session, SparkContext)
        raise
    else:
        _stop(session, SparkContext)


@contextmanager
def _own_interrupt() -> Iterator[None]:
    """Leave Ctrl-C to whoever has it: Spark's answer asks a JVM that may be gone, and writes what Python was doing."""
    from pyspark.core import context

    theirs = context.signal
    context.signal = SimpleNamespace(SIGINT=signal.SIGINT, signal=lambda _number, _handler: None)
    try:
        yield
    finally:
        context.signal = theirs


def _stop(session: Any, context: Any) -> None:
    if session is not None:
        session.stop()
    _end_java(context)


def _with_meaning(session: Any) -> Any:
    for key, value in MEANING.items():
        session.conf.set(key, value)
    return session


def _children() -> set[int]:
    """Return the processes that this one has started and that have not ended; nothing where the system does not say."""
    found: set[int] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            found |= {int(one) for one in file.read_text().split()}
    return found


def _end_java(context: Any) -> None:
    """End the JVM that Python has started; stopping Spark leaves it to the end of the process."""
    gateway = context._gateway
    if gateway is None:
        return
    context._gateway = context._jvm = None
    java = getattr(gateway, "proc", None)
    with suppress(Exception):
        gateway.shutdown()
    if java is None:
        return
    if java.stdin is not None:
        java.stdin.close()  # it waits for this
    try:
        java.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        java.kill()
        java.wait()


def _first_line(error: Exception) -> str:
    java = getattr(error, "java_exception", None)
    text = str(java if java is not None else error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__
