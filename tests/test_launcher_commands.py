"""What the commands answer to people and to the shell."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import psycopg
import pytest
from psycopg.errors import DiskFull

from zhike.config import cli, serving, words
from zhike.config.commands import test as test_command
from zhike.config.errors import PortTaken

ROOT = Path(__file__).resolve().parent.parent


def zhike(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own."""
    settings = os.environ | {"PYTHONPATH": str(ROOT / "src"), "ZHIKE_LANG": "en"} | environment
    command = [sys.executable, "-m", "zhike.config.cli", *arguments]
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=300)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIKE_LANG", "en")
    assert cli.run_verb([]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert listed == list(cli.VERBS)
    files = {file.stem for file in (ROOT / "src/zhike/config/commands").glob("[a-z]*.py")} - {"migrations_check"}
    assert set(listed) == files | set(cli.ROOMS)


def test_the_command_line_speaks_the_language_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZHIKE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert words.shell_language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert words.shell_language() == "zh-hans"
    assert str(cli.VERBS["backup"]) == "把全部内容备份到一个文件"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert str(cli.VERBS["backup"]) == "write everything to one file"


def test_an_unknown_command_is_refused() -> None:
    answer = zhike("nonsense")
    assert answer.returncode == 2
    assert answer.stderr.startswith("zhike: There is no such command: nonsense\n")


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    answer = zhike("worker", "--until-idle", DATABASE_URL=f"postgresql:///x?host={tmp_path}", ZHIKE_HOME=str(tmp_path))
    assert answer.returncode == 6
    assert answer.stderr.startswith("zhike: The database does not answer: ")
    assert "Traceback" not in answer.stderr


def test_a_port_that_was_asked_for_and_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as refusal:
            serving.choose_port("127.0.0.1", port)
        assert refusal.value.exit_code == 5


@pytest.mark.usefixtures("own_claims")
def test_two_starts_at_the_same_moment_get_two_ports() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    assert serving.choose_port("127.0.0.1", port) == port  # nothing listens there yet
    with pytest.raises(PortTaken):
        serving.choose_port("127.0.0.1", port)


@pytest.fixture(name="own_claims")
def _own_claims(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    claims: list[TextIO] = []
    monkeypatch.setattr(serving, "_claims", claims)
    yield
    for file in claims:
        file.close()


def test_the_next_free_port_is_taken_when_none_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIKE_LANG", "en")
    monkeypatch.setattr(serving, "is_free", lambda _host, port: port == 8002)
    monkeypatch.setattr(serving, "claim", lambda _port: True)
    assert serving.choose_port("127.0.0.1", None) == 8002
    assert capsys.readouterr().err == "zhike: Port 8000 is taken; using 8002 instead.\n"


def test_figures_are_lines_for_people_and_json_for_programs() -> None:
    figures = {"rows": 541907, "orders": {"created": 25898}}
    assert cli.render(figures, as_json=False) == "rows: 541,907\norders\n  created: 25,898\n"
    assert cli.render(figures, as_json=True) == '{"rows": 541907, "orders": {"created": 25898}}\n'


def test_the_launcher_says_that_no_python_fits() -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "ZHIKE_PYTHON": "/bin/false"}
    answer = subprocess.run([str(ROOT / "zhike"), "help"], env=environment, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 3
    assert answer.stderr.startswith("zhike: no Python 3.12 or newer was found")


def fake_python(file: Path, version: str) -> Path:
    """Write a program that answers as a Python of that version, and tells its name when it is started."""
    fits = int(tuple(map(int, version.split("."))) < (3, 12))
    file.parent.mkdir(parents=True, exist_ok=True)
    told = f'case "$1" in -c) exit {fits} ;; --version) echo "Python {version}" ;; *) echo "started $0" ;; esac'
    file.write_text(f"#!/bin/sh\n{told}\n")
    file.chmod(0o755)
    return file


def launch(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Start the launcher where only `folder/bin` and the shell's own tools are on the PATH, with a home of its own."""
    for name in ("cat", "dirname"):
        (folder / "bin" / name).symlink_to(shutil.which(name) or name)
    environment = {"PATH": str(folder / "bin"), "HOME": str(folder)}
    command = ["/bin/sh", str(ROOT / "zhike"), "help"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def test_a_python_that_is_too_old_is_named_and_nothing_is_done(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin/python3", "3.9.18")
    answer = launch(tmp_path)
    assert answer.returncode == 3
    assert answer.stderr.splitlines()[:2] == [
        "zhike: no Python 3.12 or newer was found (on PATH, in pyenv, or through uv).",
        "       Too old: python3 is Python 3.9.18.",
    ]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bin"]


def test_a_python_of_pyenv_or_of_uv_serves_where_the_path_has_an_old_one(tmp_path: Path) -> None:
    old = fake_python(tmp_path / "pyenv/bin/python3", "3.11.2")
    fake_python(tmp_path / "uv/bin/python3", "3.11.2")
    assert old.exists()
    kept = fake_python(tmp_path / "pyenv/.pyenv/versions/3.13.0/bin/python", "3.13.0")
    assert launch(tmp_path / "pyenv").stdout == f"started {kept}\n"
    found = fake_python(tmp_path / "uv/share/python3.13", "3.13.1")
    (tmp_path / "uv/bin/uv").write_text(f"#!/bin/sh\n[ \"$*\" = 'python find >=3.12' ] && echo {found}\n")
    (tmp_path / "uv/bin/uv").chmod(0o755)
    assert launch(tmp_path / "uv").stdout == f"started {found}\n"


@pytest.mark.parametrize(
    ("fault", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (DiskFull("could not extend file"), True),
        (psycopg.OperationalError("FATAL: could not write init file: No space left on device"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (ValueError("7"), False),
    ],
)
def test_a_disk_that_runs_full_is_told_whoever_met_it(
    fault: Exception, full: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(_words: list[str]) -> int:
        raise RuntimeError("a fault of ours") from fault

    monkeypatch.setattr(cli, "run_verb", stumble)
    monkeypatch.setenv("ZHIKE_LANG", "en")
    with pytest.raises(SystemExit if full else RuntimeError) as ended:
        cli.main(["demo"])
    told = capsys.readouterr().err
    assert told.startswith("zhike: The disk is full: ") if full else told == ""
    assert getattr(ended.value, "code", None) == (4 if full else None)


@pytest.mark.django_db
def test_the_registries_are_shown_with_the_fields_that_the_firm_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared: list[bool] = []
    monkeypatch.setattr(cli, "_prepare", lambda: prepared.append(True))  # the tests' database is up
    assert cli.run_verb(["show", "registries", "--json"]) == 0
    assert prepared == [True]  # traits are read from the database
    shown = json.loads(capsys.readouterr().out)
    assert {"permissions", "traits"} <= set(shown)
    assert "city" in shown["traits"]


def test_the_launcher_works_from_any_folder_through_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "zhike here").symlink_to(ROOT, target_is_directory=True)
    script = folder / "zhike here" / "zhike"
    assert subprocess.run(["sh", "-n", str(script)], cwd=folder, timeout=300).returncode == 0


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([1, 0], 1), ([0, 1], 1), ([-9, 0], -9), ([0, -9], -9), ([2, 0], 2)],
)
def test_a_round_of_tests_that_failed_or_was_killed_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, codes: list[int], code: int
) -> None:
    monkeypatch.setattr(test_command, "run_rounds", lambda *_, **__: codes)
    assert test_command._run_rounds(ROOT, ROOT, [[], []]) == code


def test_without_the_source_the_tests_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "pytest.py").write_text("raise ImportError('an installation has no pytest')")
    path = os.pathsep.join([str(tmp_path), str(ROOT / "src")])
    answer = zhike("test", ZHIKE_CHECKOUT=str(tmp_path), PYTHONPATH=path)
    assert answer.stderr == "zhike: This command works on the source: run it as ./zhike in a clone of the repository.\n"
