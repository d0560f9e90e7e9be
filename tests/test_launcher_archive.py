"""Backup and restore: everything comes back, and nothing is replaced unasked."""

import io
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from zhike.config.archive import CannotWrite, NotABackup, NotEmpty, count_customers, read_backup, write_backup
from zhike.config.database import cluster


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with two customers, a key, an upload and a derived file."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = Path(tempfile.mkdtemp(prefix="zhike-archive-")).resolve()
    folder.chmod(0o711)
    cluster.start(folder, durable=False)
    run(folder, "CREATE TABLE customers_customer (id int, name text)")
    run(folder, "INSERT INTO customers_customer VALUES (1, '启衡'), (2, 'Ana')")
    for name in ("keys/secret-key", "uploads/a/b.csv", "store/facts.parquet"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(name)
    yield folder
    cluster.remove(folder)
    shutil.rmtree(folder, ignore_errors=True)


def run(home: Path, query: str) -> None:
    with psycopg.connect(cluster.database_url(home)) as connection:
        connection.execute(query.encode())


def test_a_backup_brings_everything_back_and_is_private(home: Path) -> None:
    file = home / "zhike.tar"
    assert write_backup(home, file) == {"file": str(file), "bytes": file.stat().st_size}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    run(home, "INSERT INTO customers_customer VALUES (3, 'Max')")
    (home / "uploads/a/b.csv").write_text("changed")
    (home / "uploads/later.csv").write_text("new")
    assert read_backup(home, file, force=True) == {"file": str(file), "customers": 2}
    assert (home / "uploads/a/b.csv").read_text() == "uploads/a/b.csv"
    assert not (home / "uploads/later.csv").exists()
    assert (home / "keys/secret-key").read_text() == "keys/secret-key"
    assert not (home / "store").exists()
    assert [left.name for left in home.iterdir() if left.name.startswith(".")] == []


def test_a_home_that_holds_customers_is_not_replaced_unasked(home: Path) -> None:
    file = home / "zhike.tar"
    write_backup(home, file)
    run(home, "INSERT INTO customers_customer VALUES (3, 'Max')")
    with pytest.raises(NotEmpty) as refusal:
        read_backup(home, file, force=False)
    assert refusal.value.facts["customers"] == 3
    assert count_customers(home) == 3


def test_a_backup_into_a_folder_that_is_not_there_is_refused(home: Path) -> None:
    for target in (home / "nowhere" / "zhike.tar", home):
        with pytest.raises(CannotWrite) as refusal:
            write_backup(home, target)
        assert refusal.value.exit_code == 2
    assert not (home / "nowhere").exists()


def test_a_file_that_is_no_backup_changes_nothing(home: Path) -> None:
    (home / "other.tar").write_text("hello")
    with pytest.raises(NotABackup):
        read_backup(home, home / "other.tar", force=True)
    assert count_customers(home) == 2
    assert (home / "keys/secret-key").exists()


def test_a_dump_that_cannot_be_read_leaves_the_database_as_it_was(home: Path) -> None:
    write_backup(home, home / "zhike.tar")
    with tarfile.open(home / "zhike.tar") as whole, tarfile.open(home / "half.tar", "w") as half:
        dump = whole.extractfile("database.dump")
        assert dump
        text = dump.read()
        member = tarfile.TarInfo("database.dump")
        member.size = len(text) // 2
        half.addfile(member, io.BytesIO(text[: member.size]))
    with pytest.raises(NotABackup):
        read_backup(home, home / "half.tar", force=True)
    assert count_customers(home) == 2
    assert (home / "keys/secret-key").exists()
