"""What policies add to the customer list and to exports: a column per kind, and a filter by what applies."""

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhike.customers.public import Choice, Column, Facet, Row, column_sources, customer_facets, visible_listing
from zhike.kit.actor import SYSTEM, Actor

from .keeping import kept_book
from .kinds import PolicyKind, policy_kinds
from .queries import PolicyBook, read_book

FIRST = 90
OWN_LABELS = {"owner": _("Owner by policy")}  # beside the list's own column of owners


def register() -> None:
    column_sources.add("policies", list_policy_columns)
    customer_facets.add("policy", Facet("policy", _("Policy"), _choices, _narrow, _label_of, order=47))


def list_policy_columns() -> list[Column]:
    """Return a column per kind; policies are read when the first row asks."""
    book = LazyBook()
    return [
        Column(
            f"policy_{one.key}",
            OWN_LABELS.get(one.key, one.label),
            cell=partial(_cell, book, one),
            export=partial(_export, one),
            shown=False,
            order=FIRST + place,
        )
        for place, one in enumerate(policy_kinds)
    ]


class LazyBook:
    """The policies in force, read once for all rows and columns of a page."""

    @cached_property
    def read(self) -> PolicyBook:
        return kept_book()


def _cell(book: LazyBook, kind: PolicyKind, row: Row) -> str:
    found = book.read.resolve(row.classes, kind)
    return found.words if found else ""


def _export(kind: PolicyKind, customer_ids: Sequence[int]) -> Mapping[int, Any]:
    book = read_book()
    if kind.key not in book.policies:
        return {}
    rows = visible_listing(SYSTEM).filter(customer_id__in=customer_ids).values_list("customer_id", "classes")
    found = {customer_id: book.resolve(classes, kind) for customer_id, classes in rows}
    return {customer_id: one.words for customer_id, one in found.items() if one}


def _choices(actor: Actor) -> list[Choice]:
    book = kept_book()
    return [
        Choice(
            str(one.id),
            gettext("{class_name}: {policy}").format(
                class_name=one.to_class.name, policy=_words_of(book, kind, class_id)
            ),
            hue=one.to_class.hue,
            group=kind.label,
        )
        for kind in policy_kinds
        for class_id, one in sorted(book.candidates(kind).items(), key=lambda item: book.standings[item[0]])
    ]


def _words_of(book: PolicyBook, kind: PolicyKind, class_id: int) -> str:
    found = book.resolve([class_id], kind)
    return found.words if found else ""


def _find(value: str) -> tuple[PolicyBook, PolicyKind, int] | None:
    """Return the policy in force that stands in an address: book, kind and class."""
    if not (value.isascii() and value.isdigit() and len(value) < 18):
        return None
    book = kept_book()
    for kind in policy_kinds:
        for class_id, one in book.candidates(kind).items():
            if one.id == int(value):
                return book, kind, class_id
    return None


def _label_of(value: str) -> str:
    found = _find(value)
    return f"{found[1].label}: {_words_of(*found)}" if found else ""


def _narrow(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    """Narrow the listing to customers to whom one of these policies applies; nobody for anything else."""
    wanted = Q(pk__in=[])
    for found in filter(None, map(_find, values)):
        wanted |= holds(*found)
    return rows.filter(wanted)


def holds(book: PolicyBook, kind: PolicyKind, class_id: int) -> Q:
    """Return the condition on listing rows that the policy of a class is the one of its kind that applies."""
    above = book.above(class_id, kind)
    return Q(classes__contains=[class_id]) & (~Q(classes__overlap=above) if above else Q())
