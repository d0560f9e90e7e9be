"""The product as people get it: web server, worker and sample data in processes of their own, on a fresh database."""

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from zhike.config.database.cluster import database_url
from zhike.config.home import home_path

PATIENCE = 240.0  # seconds until the product must have said its address


@dataclass(frozen=True)
class Product:
    address: str
    sign_in: str  # a path, good for one use
    environment: dict[str, str]

    def run(self, *words: str) -> str:
        """Return what a command of this installation prints."""
        command = [sys.executable, "-m", "zhike.config.cli", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300, check=True)
        return done.stdout


@contextmanager
def running_product(home: Path, *, language: str = "zh_CN.UTF-8") -> Iterator[Product]:
    """Run `zhike demo` until the block ends; its database is dropped then."""
    with fresh_database() as url:
        environment = {key: value for key, value in os.environ.items() if key != "ZHIKE_TESTING"}
        environment |= {"ZHIKE_HOME": str(home), "DATABASE_URL": url, "LC_ALL": language, "ZHIKE_LOG": "ERROR"}
        command = [sys.executable, "-m", "zhike.config.cli", "demo", "--no-browser"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                link = urlsplit(_wait_for_link(process))
                yield Product(f"{link.scheme}://{link.netloc}", link.path, environment)
            finally:
                process.terminate()
                process.wait(240)


@contextmanager
def fresh_database() -> Iterator[str]:
    """Yield the address of an empty database beside the tests' own; gone afterwards."""
    name = f"browser_{uuid.uuid4().hex[:12]}"
    known = conninfo_to_dict(database_url(home_path()))
    query = "&".join(f"{key}={value}" for key, value in known.items() if key not in ("dbname", "user") and value)
    with psycopg.connect(**known, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql://{known.get('user', '')}@/{name}?{query}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _wait_for_link(process: "subprocess.Popen[str]") -> str:
    """Return the address that the product prints; reading goes on, so that it never waits for us."""
    found: list[str] = []
    there = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if "http" in line and not found:
                found.append(line.strip())
                there.set()
        there.set()

    threading.Thread(target=read, daemon=True).start()
    there.wait(PATIENCE)
    if not found:
        raise AssertionError(f"the product said no address within {PATIENCE:g} s (exit code {process.poll()})")
    return found[0]
