"""Whoever ends `zhike test` finds nothing left of it: no process and no database of a test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from zhike.config.rounds import run_rounds

ROOT = Path(__file__).resolve().parent.parent
# Two processes of pytest-xdist, each in the middle of a test that has started a process and has something to give back.
CASE = """
import subprocess, sys, time
from pathlib import Path
import pytest

@pytest.fixture
def lent(worker_id):
    place = Path(__file__).with_name(f"lent-{worker_id}")
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    place.write_text(str(child.pid))
    yield
    child.terminate()
    child.wait()
    place.rename(place.with_name(f"back-{worker_id}"))

@pytest.mark.parametrize("number", [1, 2])
def test_long(lent, number):
    time.sleep(60)
"""
RUN = """
import os, sys
from pathlib import Path
from zhike.config.rounds import run_rounds
pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "xdist", "-n", "2", "."]
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(2)"
run_rounds([pytest, [sys.executable, "-c", deaf]], folder=Path(sys.argv[1]), environment=os.environ)
"""


def wait_until(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_gives_back_what_the_tests_had_and_leaves_no_process(tmp_path: Path, number: int) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (tmp_path / "test_case.py").write_text(CASE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n  browser\n")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)],
        env=environment | {"PYTHONPATH": str(ROOT / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as started:
        assert wait_until(lambda: len([one for one in tmp_path.glob("lent-*") if one.read_text()]) == 2)
        children = [int(one.read_text()) for one in tmp_path.glob("lent-*")]
        started.send_signal(number)
        said = started.communicate(timeout=300)[0]
    assert started.returncode == 128 + number, said
    assert sorted(one.name for one in tmp_path.glob("back-*")) == ["back-gw0", "back-gw1"], said
    assert "no tests ran" in said
    assert [one for one in children if is_running(one)] == []


def test_rounds_run_side_by_side_and_tell_how_they_ended(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Each waits for what the other does; one leaves a process behind, of which nothing is to remain."""
    wait = "import time\nwhile not Path(%r).exists(): time.sleep(0.02)\n"
    first = "from pathlib import Path\nimport os\n" + "Path('one').touch()\n" + wait % "two" + "os.abort()"
    child = "import subprocess, sys; left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    second = f"from pathlib import Path\n{child}Path('two').touch()\n{wait % 'one'}print(left.pid)\nsys.exit(3)"
    commands = [[sys.executable, "-c", words] for words in (first, second)]
    assert run_rounds(commands, folder=tmp_path, environment=os.environ) == [-signal.SIGABRT, 3]
    left = int(capfd.readouterr().out.split()[-1])
    assert wait_until(lambda: not is_running(left))
