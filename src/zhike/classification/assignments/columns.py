"""What classification adds to the customer list and to exports: filters and columns of every scheme, value figures."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.classification.models import CustomerMetrics, Scheme, in_language
from zhike.classification.schemes.queries import list_classes, list_schemes_in_force
from zhike.customers.public import Choice, Column, Facet, Row, column_sources, facet_sources, listing_columns
from zhike.kit.actor import Actor
from zhike.kit.money import from_minor
from zhike.ui.public import pill

from . import queries

OWN_FILTERS = ("province", "city")  # the list itself filters by these
SCORES = ("1", "2", "3", "4", "5")
FIRST = 40  # order of the first scheme among filters and columns
# Every request to the list asks these: plain rows cost a fraction of what models do.
ACTIVE = """
SELECT id, key, kind, overlapping, name_zh, name_en FROM classification_scheme
WHERE status = 'active' AND version > 0 ORDER BY position, id
"""
CLASSES = """
SELECT id, scheme_id, hue, key, name_zh, name_en FROM classification_customerclass
WHERE scheme_id = ANY(%s::bigint[]) AND retired_at IS NULL
"""
CHOSEN = "SELECT id, scheme_id, key, name_zh, name_en FROM classification_customerclass WHERE id = ANY(%s::bigint[])"


def register() -> None:
    facet_sources.add("classification", list_facets)
    column_sources.add("classification", list_scheme_columns)
    for order, (key, label, value) in enumerate(FIGURES):
        listing_columns.add(
            key, Column(key, label, export=partial(_export_figures, value), numeric=True, order=80 + order)
        )


def list_facets() -> list[Facet]:
    """Return the one filter by class, which offers the classes of every scheme in groups.

    Every request to the list asks for its filters: schemes are read only once somebody looks at the choices.
    """
    chosen = ChosenClasses()
    return [
        Facet("class", _("Class"), _choices, chosen.narrow, chosen.label_of, order=FIRST, is_estimable=True),
        _score_facet("rfm_r", _("R score"), 55),
        _score_facet("rfm_f", _("F score"), 56),
    ]


def _score_facet(key: str, label: str | Promise, order: int) -> Facet:
    """A filter by one of the RFM scores; the cells of the map lead to it."""

    def narrow(listing: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
        wanted = [int(one) for one in values if one in SCORES]
        scored = CustomerMetrics.objects.filter(**{f"{key}__in": wanted})
        return listing.filter(customer_id__in=scored.values("customer_id"))

    choices = [Choice(one, one) for one in SCORES]
    return Facet(key, label, lambda _actor: choices, narrow, lambda one: one if one in SCORES else "", order=order)


def list_scheme_columns() -> list[Column]:
    """Return a column per active scheme: a pill in the list, the key of the class in files."""
    schemes = [Listed(*row) for row in _rows(ACTIVE)]
    usual = Pills([one for one in schemes if one.key not in OWN_FILTERS])
    return [
        Column(
            one.key,
            in_language(one.zh, one.en),
            cell=(usual if one.key not in OWN_FILTERS else Pills([one])).cell_of(one),
            export=partial(_export_keys, one),
            order=FIRST + place,
        )
        for place, one in enumerate(schemes)
    ]


class Listed(NamedTuple):
    """A scheme as the list knows it."""

    id: int
    key: str
    kind: str
    overlapping: bool
    zh: str
    en: str


def _rows(statement: str, ids: Sequence[int] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, None if ids is None else [list(ids)])
        return cursor.fetchall()


def _choices(actor: Actor) -> list[Choice]:
    return [
        Choice(str(each.id), each.name, hue=each.hue, group=one.scheme.name)
        for one in list_schemes_in_force()
        if one.scheme.key not in OWN_FILTERS
        for each in one.classes
    ]


class ChosenClasses:
    """The classes that an address asks for, read once for the filter and for its words."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[int, str]] = {}  # class id → scheme, name

    def label_of(self, value: str) -> str:
        return next((name for _scheme, name in self._find([value]).values()), "")

    def narrow(self, listing: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
        """Narrow the listing to customers in the classes asked for: any of one scheme, and every scheme."""
        known = self._find(values)
        if not known:
            return listing.none() if values else listing
        for scheme_id in sorted({scheme_id for scheme_id, _name in known.values()}):
            ids = [one for one, (of, _name) in known.items() if of == scheme_id]
            listing = listing.filter(classes__contains=ids) if len(ids) == 1 else listing.filter(classes__overlap=ids)
        return listing

    def _find(self, values: Sequence[str]) -> dict[int, tuple[int, str]]:
        wanted = [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 10]
        if missing := [one for one in wanted if one not in self._read]:
            found = _rows(CHOSEN, missing)
            self._read.update((one, (scheme_id, in_language(zh, en) or key)) for one, scheme_id, key, zh, en in found)
        return {one: self._read[one] for one in wanted if one in self._read}


class Pills:
    """Makes the cells of schemes: the row of the list holds the ids of the customer's classes.

    The classes of all of them are read together, when the first row asks: what is not shown costs nothing, so a scheme
    of 300 cities stands alone.
    """

    def __init__(self, schemes: Sequence[Listed]) -> None:
        self.schemes = {one.id: one for one in schemes}

    @cached_property
    def pills(self) -> dict[int, dict[int, SafeString]]:
        """Pills by scheme and class; those of the lifecycle are filled, all others quiet."""
        found: dict[int, dict[int, SafeString]] = {scheme_id: {} for scheme_id in self.schemes}
        for class_id, scheme_id, hue, key, zh, en in _rows(CLASSES, list(self.schemes)):
            quiet = self.schemes[scheme_id].kind != Scheme.Kind.LIFECYCLE
            found[scheme_id][class_id] = pill(in_language(zh, en) or key, hue, quiet=quiet)
        return found

    def cell_of(self, scheme: Listed) -> Callable[[Row], SafeString | str]:
        """Return what makes the cells of one scheme."""

        def cell(row: Row) -> SafeString | str:
            pills = self.pills[scheme.id]
            for one in row.classes:
                if one in pills:
                    return pills[one]
            return ""

        def cell_of_several(row: Row) -> SafeString:
            found = ((one,) for key, one in self.pills[scheme.id].items() if key in row.classes)
            return format_html_join(" ", "{}", found)

        return cell_of_several if scheme.overlapping else cell


def _export_keys(scheme: Listed, customer_ids: Sequence[int]) -> dict[int, str]:
    keys = {one.id: one.key for one in list_classes(scheme_id=scheme.id)}
    if scheme.overlapping:
        several = queries.list_overlapping_ids(customer_ids, class_ids=list(keys))
        return {customer_id: "; ".join(keys[one] for one in ids) for customer_id, ids in several.items()}
    held = queries.list_class_ids(customer_ids, scheme_id=scheme.id)
    return {customer_id: keys.get(class_id, "") for customer_id, class_id in held.items()}


type Figure = Callable[[CustomerMetrics, date | None, str], Any]


def _recency(metrics: CustomerMetrics, as_of: date | None, currency: str) -> int | None:
    """Return days from the last purchase day in the window to the day of judgement, as RFM counts them."""
    if metrics.last_day is None or as_of is None or not metrics.frequency:
        return None
    return (as_of - metrics.last_day).days


FIGURES: tuple[tuple[str, str | Promise, Figure], ...] = (
    ("rfm_r", _("R score"), lambda one, _day, _currency: one.rfm_r),
    ("rfm_f", _("F score"), lambda one, _day, _currency: one.rfm_f),
    ("rfm_m", _("M score"), lambda one, _day, _currency: one.rfm_m),
    ("recency_days", _("Days since last purchase"), _recency),
    ("frequency", _("Purchase days in 365 days"), lambda one, _day, _currency: one.frequency),
    ("monetary", _("Net amount in 365 days"), lambda one, _day, currency: from_minor(one.monetary, currency)),
)


def _export_figures(figure: Figure, customer_ids: Sequence[int]) -> Mapping[int, Any]:
    run = queries.get_last_run()
    currency = get_organisation().currency
    as_of = run.as_of if run else None
    found = queries.list_metrics(customer_ids)
    return {one: figure(found.get(one) or CustomerMetrics(customer_id=one), as_of, currency) for one in customer_ids}
