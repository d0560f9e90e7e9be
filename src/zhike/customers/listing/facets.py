"""The filters that the list has by itself."""

from collections.abc import Callable, Sequence

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import User, owner_ids
from zhike.customers.listing.tags import tags_in_use
from zhike.customers.models import Customer, Listing
from zhike.customers.places.rules import (
    country_code,
    country_name,
    division_name,
    divisions,
    find_division,
    split_division,
)
from zhike.customers.registries import Choice, Facet, Text, customer_facets
from zhike.kit.actor import Actor

NOBODY = "none"
MOST = 300  # owners to choose from, for who sees everybody's customers
PEOPLE = """
SELECT id, name FROM accounts_user
WHERE is_active AND (%(reach)s::bigint[] IS NULL OR id = ANY(%(reach)s::bigint[])) ORDER BY name, id LIMIT %(most)s
"""


def register() -> None:
    for facet in (
        Facet("kind", _("Kind"), _kinds, _in_column("kind"), _kind_label, order=60, is_estimable=True),
        Facet("owner", _("Owner"), _owners, _of_owners, _owner_label, order=42, is_estimable=True),
        Facet("tag", _("Tag"), _tags, _tagged, str, order=44, is_estimable=True),
        Facet(
            "province", _("Province"), _provinces, _in_column("province"), _division_label, order=50, is_estimable=True
        ),
        Facet("city", _("City"), _cities, _in_cities, _division_label, order=51, is_estimable=True),
        Facet("country", _("Country"), _no_choices, _in_countries, _country_label, order=52, is_estimable=True),
    ):
        customer_facets.add(facet.key, facet)


def _in_column(name: str) -> Callable[[QuerySet[Listing], Sequence[str]], QuerySet[Listing]]:
    return lambda rows, values: rows.filter(**{f"{name}__in": list(values)})


def _no_choices(actor: Actor) -> list[Choice]:
    return []


def _kinds(actor: Actor) -> list[Choice]:
    return [Choice(value, label) for value, label in Customer.Kind.choices]


def _kind_label(value: str) -> str | Promise:
    return Customer.Kind(value).label if value in Customer.Kind.values else ""


def owner_choices(actor: Actor) -> list[tuple[str, Text]]:
    """Return whose customers the actor may see, and to whom they may hand some: (user id, name)."""
    reach = owner_ids(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            PEOPLE, {"reach": None if reach is None else list(reach), "most": MOST if reach is None else None}
        )
        people = [(str(one), name) for one, name in cursor.fetchall()]
    return people if reach is not None else [(NOBODY, _("Nobody")), *people]


def _owners(actor: Actor) -> list[Choice]:
    return [Choice(value, label) for value, label in owner_choices(actor)]


def _of_owners(rows: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    ids = [int(value) for value in values if value.isdecimal() and len(value) < 19]
    if NOBODY in values:
        return rows.filter(Q(owner_id__in=ids) | Q(owner__isnull=True))
    return rows.filter(owner_id__in=ids)


def _owner_label(value: str) -> str | Promise:
    if value == NOBODY:
        return _("Nobody")
    if not (value.isdecimal() and len(value) < 19):
        return ""
    return User.objects.filter(id=int(value)).values_list("name", flat=True).first() or ""


def _tags(actor: Actor) -> list[Choice]:
    return [Choice(tag, tag) for tag in tags_in_use()]


def _tagged(rows: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    return rows.filter(tags__overlap=list(values))


def _provinces(actor: Actor) -> list[Choice]:
    language = get_language() or ""
    return [Choice(code, division_name(code, language)) for code in divisions() if code.endswith("0000")]


def _cities(actor: Actor) -> list[Choice]:
    language = get_language() or ""
    return [
        Choice(code, division_name(code, language), group=division_name(f"{code[:2]}0000", language))
        for code in divisions()
        if split_division(code).city == code
    ]


def _in_cities(rows: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    """Take codes and names. Only the city is asked for: with its province beside it the planner expects far too few."""
    codes = {split_division(find_division(value)).city for value in values} - {""}
    return rows.filter(city__in=codes)


def _division_label(value: str) -> str:
    return division_name(find_division(value), get_language() or "")


def _in_countries(rows: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    return rows.filter(country__in=[code for value in values if (code := country_code(value))])


def _country_label(value: str) -> str:
    code = country_code(value)
    return country_name(code, get_language() or "") if code else ""
