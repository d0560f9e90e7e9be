"""The embedded database: started by the first who needs it, stopped by the last, whatever happened before."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from zhike.config.database import cluster
from zhike.config.database.account import server_account
from zhike.config.database.place import find_place
from zhike.config.errors import DatabaseTooOld, DiskFull, HomeUnusable, NoServerAccount

SOURCE = Path(cluster.__file__).resolve().parents[3]
HOLD = "import sys; print('up', flush=True); sys.stdin.read()"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another user")

type MakeHome = Callable[..., Path]


@pytest.fixture(autouse=True)
def _embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def make_home() -> Iterator[MakeHome]:
    """Make homes that the server can reach; each is removed with its server."""
    folder = Path(tempfile.mkdtemp(prefix="zhike-launcher-")).resolve()
    folder.chmod(0o711)
    made: list[Path] = []

    def make(name: str = "home") -> Path:
        made.append(folder / name)
        return made[-1]

    yield make
    for home in made:
        end_server(home)
        cluster.remove(home)
    shutil.rmtree(folder)


def end_server(home: Path) -> None:
    if home.exists() and (pid := server_pid(home)):
        os.kill(pid, signal.SIGQUIT)


def server_pid(home: Path) -> int:
    file = find_place(home).cluster / "postmaster.pid"
    return int(file.read_text().split("\n", 1)[0]) if file.exists() else 0


def is_up(home: Path) -> bool:
    try:
        psycopg.connect(cluster.database_url(home)).close()
    except psycopg.OperationalError:
        return False
    return True


def ask(home: Path, query: str) -> object:
    with psycopg.connect(cluster.database_url(home), autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def in_other_process(home: Path, rest: str, *, durable: bool = False) -> "subprocess.Popen[str]":
    """Join the server of `home` in another process, which then does `rest`."""
    code = f"""
from pathlib import Path
from zhike.config.database import cluster
from zhike.config.database.account import server_account
cluster.start(Path({str(home)!r}), durable={durable})
{rest}
"""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    pipe = subprocess.PIPE
    child = subprocess.Popen([sys.executable, "-c", code], env=environment, stdin=pipe, stdout=pipe, text=True)
    if rest == HOLD:
        assert child.stdout
        assert child.stdout.readline() == "up\n"
    return child


def leave(child: "subprocess.Popen[str]") -> None:
    child.communicate("", timeout=300)
    assert child.returncode == 0


def kill(child: "subprocess.Popen[str]") -> None:
    child.kill()
    child.communicate()


def test_a_path_with_spaces_and_quotes_works(make_home: MakeHome) -> None:
    home = make_home("my home's “place”, %s")
    cluster.start(home, durable=False)
    assert ask(home, "SELECT current_database()") == "zhike"
    assert ask(home, "SHOW data_directory") == str(home / "database" / "data")
    cluster.stop(home)
    assert not is_up(home)


def test_a_path_too_long_for_a_socket_works(make_home: MakeHome) -> None:
    home = make_home("long" * 30)
    cluster.start(home, durable=False)
    assert ask(home, "SELECT 1") == 1
    assert stat.S_IMODE(find_place(home).socket.stat().st_mode) == 0o700


def test_two_homes_run_at_once_and_apart(make_home: MakeHome) -> None:
    first, second = make_home("first"), make_home("second")
    cluster.start(first, durable=False)
    cluster.start(second, durable=False)
    ask(first, "CREATE TABLE mine (id int)")
    assert ask(first, "SELECT to_regclass('mine') IS NOT NULL") is True
    assert ask(second, "SELECT to_regclass('mine') IS NOT NULL") is False


def test_there_is_no_network_port_and_the_folders_are_private(make_home: MakeHome) -> None:
    home = make_home()
    cluster.start(home, durable=False)
    place = find_place(home)
    assert ask(home, "SHOW listen_addresses") == ""
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (place.cluster, place.socket)] == [0o700, 0o700]


def test_a_second_start_joins_and_the_last_one_stops_the_server(make_home: MakeHome) -> None:
    home = make_home()
    first = in_other_process(home, HOLD)
    pid = server_pid(home)
    second = in_other_process(home, HOLD)
    assert server_pid(home) == pid
    leave(first)
    assert is_up(home)
    leave(second)
    assert not is_up(home)


def test_two_first_starts_at_the_same_time_make_one_database(make_home: MakeHome) -> None:
    home = make_home()
    both = [in_other_process(home, "print(cluster.find_place(Path('.')) and 'up')") for _ in range(2)]
    assert [child.communicate(timeout=300)[0] for child in both] == ["up\n", "up\n"]
    assert [child.returncode for child in both] == [0, 0]


def test_after_the_killing_of_everything_the_next_start_has_the_data(make_home: MakeHome) -> None:
    home = make_home()
    child = in_other_process(home, HOLD, durable=True)
    ask(home, "CREATE TABLE kept AS SELECT 7 AS value")
    os.kill(server_pid(home), signal.SIGKILL)
    kill(child)
    assert not is_up(home)
    cluster.start(home)
    assert ask(home, "SELECT value FROM kept") == 7


def test_a_server_that_lost_its_users_is_joined_and_stopped_at_the_end(make_home: MakeHome) -> None:
    home = make_home()
    kill(in_other_process(home, HOLD))
    pid = server_pid(home)
    assert is_up(home)
    leave(in_other_process(home, f"assert {pid} == int(open(r'{find_place(home).cluster}/postmaster.pid').readline())"))
    assert not is_up(home)


def test_a_pid_file_that_names_another_program_is_in_nobodys_way(make_home: MakeHome) -> None:
    home = make_home()
    cluster.start(home, durable=False)
    file = find_place(home).cluster / "postmaster.pid"
    text = file.read_text()
    cluster.stop(home)
    owner = file.parent.stat()
    sleeper = subprocess.Popen(["sleep", "60"], user=owner.st_uid, cwd="/")
    try:
        file.write_text("\n".join([str(sleeper.pid), *text.split("\n")[1:]]))
        os.chown(file, owner.st_uid, owner.st_gid)
        cluster.start(home, durable=False)
        assert ask(home, "SELECT 1") == 1
    finally:
        sleeper.kill()
        sleeper.wait()


def test_an_init_that_was_killed_is_done_again(make_home: MakeHome) -> None:
    home = make_home()
    (home / "database" / "data.new" / "base").mkdir(parents=True)
    cluster.start(home, durable=False)
    assert ask(home, "SELECT 1") == 1


def test_connections_outlive_a_restart_of_the_server(make_home: MakeHome) -> None:
    """As Django does it: a request after the restart gets a fresh connection."""
    home = make_home()
    cluster.start(home, durable=False)
    code = """
from django.db import close_old_connections, connection
from zhike.config.database import cluster
from zhike.config.database.account import server_account
from zhike.config.home import home_path
connection.ensure_connection()
place = cluster.find_place(home_path())
cluster._run(place.account(), "pg_ctl", "restart", "-D", str(place.cluster), "-m", "immediate", "-w", "-s",
             "-o", f"-c config_file='{place.folder / 'server.conf'}'")
close_old_connections()
with connection.cursor() as cursor:
    cursor.execute("SELECT 1")
    print(cursor.fetchone()[0])
"""
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "ZHIKE_HOME": str(home)}
    environment |= {"DJANGO_SETTINGS_MODULE": "zhike.config.settings", "PYTHONWARNINGS": "default"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True).stdout == "1\n"


@as_root
def test_a_home_closed_to_the_server_keeps_its_mode(capsys: pytest.CaptureFixture[str]) -> None:
    home = Path(tempfile.mkdtemp(prefix="zhike-closed-")).resolve()
    try:
        cluster.start(home, durable=False)
        place = find_place(home)
        assert place.folder.parent == Path("/var/lib/zhike/clusters")
        assert str(place.folder) in capsys.readouterr().err
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        ask(home, "CREATE TABLE kept (id int)")
        cluster.stop(home)
        cluster.start(home, durable=False)
        assert ask(home, "SELECT to_regclass('kept') IS NOT NULL") is True
        assert capsys.readouterr().err == ""
    finally:
        cluster.remove(home)
    assert not place.folder.exists()


@as_root
def test_what_a_deleted_home_left_is_not_taken_over() -> None:
    home = Path(tempfile.mkdtemp(prefix="zhike-closed-")).resolve()
    cluster.start(home, durable=False)
    first = find_place(home)
    cluster.stop(home)
    shutil.rmtree(home)
    home.mkdir(mode=0o700)
    try:
        assert find_place(home).folder == first.folder.with_name(f"{first.folder.name}-2")
    finally:
        shutil.rmtree(home)
        shutil.rmtree(first.folder)


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnusable, match="cannot be used"):
        cluster.start(tmp_path / "file" / "home")


def test_a_user_without_a_name_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(NoServerAccount) as refusal:
        server_account()
    assert refusal.value.exit_code == 6
    assert "54321" in str(refusal.value)


def test_a_full_disk_is_refused_before_anything_is_made(make_home: MakeHome, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 10**12, 5 * 1024**2))
    home = make_home()
    with pytest.raises(DiskFull) as refusal:
        cluster.start(home, durable=False)
    assert refusal.value.exit_code == 4
    assert "5 MB" in str(refusal.value)
    assert not find_place(home).cluster.exists()


def test_data_of_another_major_version_is_left_alone(make_home: MakeHome) -> None:
    home = make_home()
    cluster.start(home, durable=False)
    cluster.stop(home)
    version = find_place(home).cluster / "PG_VERSION"
    version.write_text("15\n")
    began = time.monotonic()
    with pytest.raises(DatabaseTooOld, match="zhike backup"):
        cluster.start(home, durable=False)
    assert time.monotonic() - began < cluster.PATIENCE / 2
    version.write_text("18\n")
