"""Makes an installation ready for work: database up, Django set up, schema and built-in roles as in this version."""

from concurrent.futures import ThreadPoolExecutor

import django
import psycopg

from zhike.config.database import cluster
from zhike.config.errors import DatabaseUnreachable
from zhike.config.home import home_path

MIGRATING = 0x7A68696B65  # number of the advisory lock: “zhike”


def set_django_up() -> None:
    """Load the settings and the rooms. Needs no database. Safe to call again."""
    cluster.prepare_home(home_path())
    django.setup()


def make_ready() -> None:
    """Start or join the database, set Django up, and migrate where that is needed. Safe to call in many processes.

    :raises CannotStart: with the reason.
    """
    if cluster.is_embedded():
        cluster.prepare_home(home_path())
        with ThreadPoolExecutor(max_workers=1) as beside:  # a database takes as long to start as the rooms to load
            starting = beside.submit(cluster.start, home_path())
            set_django_up()
            starting.result()
    else:
        _check_answers()
        set_django_up()
    _migrate()


def _check_answers() -> None:
    try:
        psycopg.connect(cluster.database_url(home_path()), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(reason=str(error).strip()) from error


def _migrate() -> None:
    """Bring the schema up to this version; one process does it, the others wait for it."""
    from django.core.management import call_command
    from django.db import connection

    if not _is_behind():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
    try:
        if _is_behind():
            call_command("migrate", verbosity=0, interactive=False)
            _sync_roles()
    finally:
        connection.close()  # lets go of the lock


def _is_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _sync_roles() -> None:
    from zhike.accounts.public import sync_built_in_roles
    from zhike.classification.public import install_built_in_schemes

    sync_built_in_roles()
    install_built_in_schemes()
