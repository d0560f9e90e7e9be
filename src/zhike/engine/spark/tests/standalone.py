"""A real cluster on this machine: a master and two workers of one core each, in processes of their own."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from zhike.engine.spark.tests.conftest import SMALL_JAVA

PATIENCE = 240.0  # seconds for a process to say that it is there, on a machine that has much else to do


class Cluster:
    """Processes in groups of their own: an executor is a child of its worker and ends with the group."""

    def __init__(self, folder: Path) -> None:
        found = find_spec("pyspark")
        assert found is not None
        assert found.origin is not None
        self.home = Path(found.origin).parent
        self.java = str(Path(os.environ["JAVA_HOME"]) / "bin" / "java") if "JAVA_HOME" in os.environ else "java"
        self.folder = folder
        self.url = ""
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self._launch("master", "org.apache.spark.deploy.master.Master", "--port", "0")
        self._await("master", "I have been elected leader")
        self.url = next(word for word in self.log("master").split() if word.startswith("spark://"))
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
        scala = next(self.home.glob("jars/spark-core_*")).name.removeprefix("spark-core_").partition("-")[0]
        environment = os.environ | {
            "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_SCALA_VERSION": scala,
        }  # fmt: skip
        options = ["-cp", f"{self.home}/jars/*", "-Xmx256m", *SMALL_JAVA.split(), "-Dspark.master.rest.enabled=false"]
        command = [self.java, *options, *words, "--host", "127.0.0.1", "--webui-port", "0"]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.started.append(
                subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
            )

    def _await(self, name: str, words: str) -> None:
        end = time.monotonic() + PATIENCE
        while words not in self.log(name):
            assert time.monotonic() < end, self.log(name)[-2000:]
            time.sleep(0.1)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    found = Cluster(folder)
    try:
        found.start()
        yield found
    finally:
        found.end()


def commands_of(started: list[subprocess.Popen[bytes]]) -> str:
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
