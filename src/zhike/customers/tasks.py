"""What the worker does for customers."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhike.customers.imports.running import DATABASE_AWAY, run_import
from zhike.kit.errors import Refusal


@app.task(
    name="customers.run_import",
    retry=RetryStrategy(max_attempts=8, wait=5, linear_wait=10, retry_exceptions=DATABASE_AWAY),
)
def run_import_in_background(import_id: int) -> None:
    """Run an import; a refusal is kept with the import, where its owner reads it."""
    close_old_connections()
    try:
        run_import(import_id=import_id)
    except Refusal:
        return
    finally:
        close_old_connections()
