"""Analyses: what can be run over all customers, each with the tables that its results go into."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from zhike.analytics.said import Said
from zhike.kit.registry import Registry

from .cards import Card


@dataclass(frozen=True, slots=True)
class Task:
    """What an analysis is asked: facts before `as_of` count, in the organisation's zone; amounts in its currency."""

    as_of: date
    zone: str
    currency: str
    tell: Callable[[], None]  # to be called now and then: it says that the worker is at it


@dataclass(frozen=True, slots=True)
class Rows:
    """Results for a table: values of `columns` in order, without the run, which is added."""

    model: type[Model]
    columns: Sequence[str]
    values: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an analysis found. `card` is plain JSON; `refused` says why the results are not to be used, else None."""

    card: dict[str, Any]
    customers: int
    first_day: date | None = None
    last_day: date | None = None
    refused: Said | None = None
    rows: Sequence[Rows] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Analysis:
    """`tables` hold the results, each with a foreign key `run`; `compute` reads the store and writes nothing.

    `describe` words the card of a run; `url_name` is the page that shows the results.
    """

    key: str
    label: object
    meaning: object
    icon: str
    version: str
    tables: tuple[type[Model], ...]
    compute: Callable[[Task], Outcome]
    describe: Callable[[Mapping[str, Any]], Card] | None = None
    url_name: str = ""


analyses: Registry[Analysis] = Registry("analyses")
