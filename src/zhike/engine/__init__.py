"""The analytics engine, a library without Django: for the product, and for a notebook by `import zhike.engine`.

- `zhike.engine.models`: value, leaving, cohorts, offers, products together; arrays and files in, arrays out.
- `zhike.engine.computing`: all stages over a store's files, by DuckDB or on a Spark session of the notebook's own.
- `zhike.engine.public`: what the product calls: classes, rules, the mirror.

Each is imported when it is first used. Docstrings give shapes, units, assumptions and the paper; docs/howto/notebook.md
has examples.
"""

from importlib import import_module
from types import ModuleType

_DOORS = ("computing", "models", "public")


def __getattr__(name: str) -> ModuleType:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return list(_DOORS)
