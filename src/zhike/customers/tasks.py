"""What the worker does for customers."""

from django.db import close_old_connections
from django.utils.timezone import now
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhike.customers.imports.running import DATABASE_AWAY, list_left_imports, run_import
from zhike.customers.notices.actions import sweep_notices
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


@app.periodic(cron="*/5 * * * *")
@app.task(name="customers.go_on_with_left_imports", queueing_lock="customers.go_on_with_left_imports")
def go_on_with_left_imports(timestamp: int) -> None:
    """Go on with imports whose process died: one that ran in a shell has no job for the worker to try again."""
    for import_id in list_left_imports():
        run_import_in_background.defer(import_id=import_id)


@app.periodic(cron="37 3 * * *")
@app.task(name="customers.sweep_notices", queueing_lock="customers.sweep_notices")
def sweep_old_notices(timestamp: int) -> None:
    sweep_notices(at=now())
