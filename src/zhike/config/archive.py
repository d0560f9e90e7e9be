"""Backup and restore: the database as pg_dump writes it, with keys and uploads, in one tar file.

The engine's columnar copy is left out: it is derived, and a restored database makes it anew.
"""

import errno
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from zhike.config.database import cluster
from zhike.config.database.binaries import programs
from zhike.config.errors import CannotStart
from zhike.config.words import Phrase as _

DUMP = "database.dump"
KEPT = ("keys", "uploads")
DERIVED = ("store", "static")


class NotEmpty(CannotStart):
    code = "config.not_empty"
    sentence = _("{home} already holds {customers} customers. Add --force to replace everything with the backup.")


class NotABackup(CannotStart):
    code = "config.not_a_backup"
    sentence = _("{file} is not a backup of Zhike: {reason}")


class CannotWrite(CannotStart):
    code = "config.cannot_write"
    sentence = _("{file} cannot be written: {reason}")


class BackupFailed(CannotStart):
    code = "config.backup_failed"
    exit_code = 1
    sentence = _("PostgreSQL refused: {reason}")


def write_backup(home: Path, target: Path) -> dict[str, object]:
    """Write everything to `target`, readable by its owner only. What was there before stays until the new one is whole.

    The dump is one snapshot of the database: the product may be in use meanwhile.

    :raises CannotWrite: if the folder of `target` is not there, or closed to us.
    """
    if target.is_dir() or not os.access(target.parent, os.W_OK | os.X_OK):
        number = errno.EISDIR if target.is_dir() else errno.EACCES if target.parent.exists() else errno.ENOENT
        raise CannotWrite(file=target, reason=os.strerror(number))
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".zhike-backup-") as folder:
        dump = Path(folder, DUMP)
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", home=home)
        try:
            private = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(private, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
                archive.add(dump, DUMP)
                for name in KEPT:
                    if (home / name).exists():
                        archive.add(home / name, name)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    return {"file": str(target), "bytes": target.stat().st_size}


def read_backup(home: Path, source: Path, *, force: bool) -> dict[str, object]:
    """Replace the database, keys and uploads of `home` by those of the backup.

    :raises NotEmpty: if the home holds customers and `force` was not given; nothing is changed.
    :raises NotABackup: if the file is something else; nothing is changed.
    :raises BackupFailed: if the database could not be replaced; it is as it was.
    """
    found = count_customers(home)
    if found and not force:
        raise NotEmpty(home=home, customers=found)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
        _unpack(source, Path(folder))
        _replace_database(home, _read_dump(Path(folder, DUMP)))
        for name in (*KEPT, *DERIVED):
            shutil.rmtree(home / name, ignore_errors=True)
            if Path(folder, name).exists():
                Path(folder, name).rename(home / name)
    return {"file": str(source), "customers": count_customers(home)}


def count_customers(home: Path) -> int:
    """Return how many customers the database holds; none where it has no tables yet."""
    with psycopg.connect(cluster.database_url(home)) as connection:
        try:
            row = connection.execute("SELECT count(*) FROM customers_customer").fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
        return row[0] if row else 0


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r:") as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise NotABackup(file=source, reason=error) from error
    if not (folder / DUMP).exists():
        raise NotABackup(file=source, reason=DUMP)


def _replace_database(home: Path, script: Path) -> None:
    """Put what the script makes in the place of what is there, in one transaction."""
    with psycopg.connect(cluster.database_url(home), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    clear = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    quiet = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    _run("psql", *quiet, "--single-transaction", f"--command={clear}", f"--file={script}", home=home)


def _read_dump(dump: Path) -> Path:
    """Return the dump as a script of SQL: a damaged one shows before anything is touched."""
    script = dump.with_suffix(".sql")
    command = [str(programs(lent=False) / "pg_restore"), "--no-owner", f"--file={script}", str(dump)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise NotABackup(file=dump.name, reason=done.stderr.strip()[-600:])
    return script


def _run(program: str, *arguments: str, home: Path) -> None:
    """Run pg_dump or psql against the installation's database; a password stays out of the process list."""
    parts = {key: str(value) for key, value in conninfo_to_dict(cluster.database_url(home)).items()}
    environment = os.environ | {"LC_ALL": "C"}
    if password := parts.pop("password", None):
        environment["PGPASSWORD"] = password
    command = [str(programs(lent=False) / program), f"--dbname={make_conninfo('', **parts)}", *arguments]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise BackupFailed(reason=done.stderr.strip()[-600:])
