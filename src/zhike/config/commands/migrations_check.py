"""Part of `zhike check`: the models have no change that lacks a migration. Needs no database."""

import sys

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils.translation import deactivate_all


def find_missing() -> list[str]:
    """Return the changes of models that no migration makes, one line each."""
    loader = MigrationLoader(None)
    if conflicts := loader.detect_conflicts():
        return [f"{app}: two ends: {', '.join(sorted(ends))}" for app, ends in conflicts.items()]
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(graph=loader.graph)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("zhike.")}
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        if app in ours
        for migration in migrations
        for operation in migration.operations
    ]


if __name__ == "__main__":
    django.setup()
    deactivate_all()  # texts of Django itself would otherwise seem to have changed
    missing = find_missing()
    sys.stdout.write("".join(f"{line}\n" for line in missing))
    sys.exit(1 if missing else 0)
