"""A database of its own for the engine's tests: it mirrors what committed, so rolling back is no use here."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from zhike.engine.store.store import Store
from zhike.engine.testing import TABLES

FILLED = ("customers_fact", "customers_customer", "commerce_product", "classification_assignment", "analytics_finding")


@pytest.fixture(scope="session")
def other_database() -> str:
    """Give the address of a database of the same cluster, with none of our tables needed in it."""
    address = os.environ.get("ZHIKE_TEST_DATABASE") or os.environ.get("DATABASE_URL")
    if not address:
        pytest.skip("no PostgreSQL: ./zhike test starts one and sets ZHIKE_TEST_DATABASE")
    return address


@pytest.fixture(scope="session")
def engine_database(other_database: str) -> Iterator[str]:
    """Give the address of an empty database with the mirrored tables; it is dropped after the tests."""
    address = other_database
    name = f"zhike_engine_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        own = make_conninfo(address, dbname=name)
        with psycopg.connect(own) as fresh:
            fresh.execute(TABLES)
        yield own
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres(engine_database: str) -> Iterator[psycopg.Connection]:
    """Give an autocommitting connection to emptied tables."""
    with psycopg.connect(engine_database, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(FILLED)} RESTART IDENTITY")
        yield connection


@pytest.fixture
def store(postgres: psycopg.Connection, engine_database: str, tmp_path: Path) -> Store:
    return Store(tmp_path / "engine", engine_database)
