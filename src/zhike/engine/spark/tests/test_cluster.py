"""One run on a real cluster on this machine: a master, two workers of one core each, and our command as the driver.

The store and what comes out are named by URLs of Hadoop's view of file systems, with this machine's folders behind
them: what is not a folder to us is read and written as an object store is.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from zhike.engine.computing import compute_results, figures
from zhike.engine.schemes import built_in_schemes
from zhike.engine.spark.session import missing_for_spark
from zhike.engine.spark.tests.conftest import REASONS
from zhike.engine.spark.tests.shop import DAY, ZONE, differing
from zhike.engine.store.store import Store

pytestmark = pytest.mark.slow
SMALL_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
CONF = [
    "spark.executor.memory=512m", "spark.executor.cores=1", "spark.cores.max=2", "spark.sql.shuffle.partitions=2",
    "spark.sql.codegen.wholeStage=false", "spark.sql.adaptive.enabled=false",
    f"spark.driver.extraJavaOptions={SMALL_JAVA}", f"spark.executor.extraJavaOptions={SMALL_JAVA}",
]  # fmt: skip


class Cluster:
    """Processes in groups of their own: an executor is a child of its worker and ends with the group."""

    def __init__(self, folder: Path) -> None:
        found = find_spec("pyspark")
        assert found is not None
        assert found.origin is not None
        self.home = Path(found.origin).parent
        self.folder = folder
        self.port = _free_port()
        self.url = f"spark://127.0.0.1:{self.port}"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self._launch("master", "org.apache.spark.deploy.master.Master", "--port", str(self.port))
        self._await("master", "I have been elected leader")
        for name in ("one", "two"):
            work = str(self.folder / f"work-{name}")
            self._launch(
                name, "org.apache.spark.deploy.worker.Worker", self.url, "--cores", "1", "--memory", "1g",
                "--work-dir", work,
            )  # fmt: skip
        for name in ("one", "two"):
            self._await(name, "Successfully registered with master")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def end(self) -> None:
        for one in self.started:
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()

    def _launch(self, name: str, *words: str) -> None:
        environment = os.environ | {
            "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": f"{SMALL_JAVA} -Dspark.master.rest.enabled=false",
        }  # fmt: skip
        command = [str(self.home / "bin" / "spark-class"), *words, "--host", "127.0.0.1", "--webui-port", "0"]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.started.append(
                subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
            )

    def _await(self, name: str, words: str) -> None:
        end = time.monotonic() + 60
        while words not in self.log(name):
            assert time.monotonic() < end, self.log(name)[-2000:]
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    found = Cluster(folder)
    try:
        found.start()
        yield found
    finally:
        found.end()


def test_a_cluster_of_two_workers_gives_the_same_rows(shop: Store, tmp_path: Path) -> None:
    if missing := missing_for_spark():
        pytest.skip(REASONS[missing])
    asked = {"as_of": DAY, "zone": ZONE, "currency": "CNY", "schemes": built_in_schemes()}
    here = figures(compute_results(shop.folder, **asked, out=tmp_path / "duckdb"))
    (tmp_path / "spark").mkdir()
    links = {"store": shop.folder, "out": tmp_path / "spark"}
    mounted = [f"spark.hadoop.fs.viewfs.mounttable.firm.link./{name}=file://{path}" for name, path in links.items()]
    with cluster(tmp_path) as found:
        words = ["--store", "viewfs://firm/store", "--out", "viewfs://firm/out", "--master", found.url, "--json"]
        words += ["--as-of", DAY, "--zone", ZONE, "--currency", "CNY"]
        words += [word for one in (*CONF, *mounted) for word in ("--conf", one)]
        command = [sys.executable, "-m", "zhike.config.cli", "engine", "run", "--engine", "spark", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        launched = [found.log(name).count("Asked to launch executor") for name in ("one", "two")]
    told = json.loads(done.stdout)
    same = ("lines", "customers", "cohort_cells", "classes", "cut_points", "zone", "currency")
    assert {name: told[name] for name in same} == {name: here[name] for name in same}
    for table in ("customers", "cohorts"):
        assert differing(tmp_path / "duckdb" / table, tmp_path / "spark" / table) == 0
    assert min(launched) >= 1
    assert "java" not in _commands_of(found.started)


def _commands_of(started: list[subprocess.Popen[bytes]]) -> str:
    """Return what still runs in the processes' groups."""
    groups = {one.pid for one in started}
    left = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[2]) in groups and rest.split()[0] != "Z":
            left.append(name.partition("(")[2])
    return " ".join(left)
