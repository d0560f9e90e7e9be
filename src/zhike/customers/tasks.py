"""What the worker does for customers."""

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhike.customers.imports.running import run_import
from zhike.kit.errors import Refusal


@app.task(
    name="customers.run_import",
    retry=RetryStrategy(max_attempts=8, wait=5, linear_wait=10, retry_exceptions={OperationalError}),
)
def run_import_in_background(import_id: int) -> None:
    """Run an import; a refusal is kept with the import, where its owner reads it."""
    try:
        run_import(import_id=import_id)
    except Refusal:
        return
