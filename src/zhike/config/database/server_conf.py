"""The embedded server's settings, written anew at every start, outside the data folder that the server owns."""

import os
import pwd
from pathlib import Path

from zhike.config.database.account import Account

GB = 1024 * 1024 * 1024
ROLE = "zhike"


def write_settings(folder: Path, socket: Path, account: Account, *, durable: bool) -> Path:
    """Write the server's settings and who may connect; return the settings file.

    A file `local.conf` beside it, if there is one, has the last word.
    """
    access, names, settings = folder / "access.conf", folder / "names.conf", folder / "server.conf"
    _write(access, "local all all peer map=zhike\n")
    _write(names, "".join(f"zhike {name} {ROLE}\n" for name in sorted({account.name, _own_name()})))
    values = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket}"',
        "unix_socket_permissions": "0700",
        "hba_file": str(access),
        "ident_file": str(names),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "datestyle": "iso, ymd",
        "max_connections": "200",
        "jit": "off",
        "random_page_cost": "1.1",
        "shared_buffers": f"{_buffers_mb(durable=durable)}MB",
        "dynamic_shared_memory_type": _shared_memory(),
        "max_wal_size": "2GB",
        "log_checkpoints": "off",
        "log_min_messages": "warning",
    }
    if not durable:
        values |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum_naptime": "1h"}
    lines = [f"{key} = {_quoted(value)}\n" for key, value in values.items()]
    _write(settings, "".join([*lines, f"include_if_exists = {_quoted(str(folder / 'local.conf'))}\n"]))
    return settings


def _own_name() -> str:
    return "root" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _write(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o644)
    fresh.replace(file)


def _buffers_mb(*, durable: bool) -> int:
    """Return a quarter of the memory that we may use, between 128 MB and 2 GB; little for a passing server."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and (text := limit.read_text().strip()).isdigit():
        memory = min(memory, int(text))
    return max(128, min(memory // 4, 2 * GB if durable else GB // 4) // (1024 * 1024))


def _shared_memory() -> str:
    """Containers often give /dev/shm 64 MB, which a parallel query overruns: then keep it in the data folder."""
    shm = Path("/dev/shm")  # the system's own folder of shared memory, only looked at
    if shm.exists():
        size = os.statvfs(shm)
        return "posix" if size.f_blocks * size.f_frsize >= GB else "mmap"
    return "posix"
