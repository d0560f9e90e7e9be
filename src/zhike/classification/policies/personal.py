"""No price follows from personal traits (PIPL article 24): checked when a policy is set and when rules are applied.

A scheme sorts by a trait when its version in force names it, or when it asks for classes of a scheme that does.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from zhike.classification.models import Policy, Scheme, SchemeVersion
from zhike.customers.public import list_personal_traits

from . import rules
from .errors import PriceByPersonalTrait, TraitBehindPrice
from .kinds import PolicyKind, personal_traits, policy_kinds

LOCK = 0x7069706C  # number of the advisory lock: “pipl”
TRAIT_NAMES = {
    "gender": _("Gender"),
    "sex": _("Gender"),
    "age": _("Age"),
    "birthday": _("Birthday"),
    "birthdate": _("Birthday"),
    "income": _("Income"),
    "occupation": _("Occupation"),
    "education": _("Education"),
    "marital": _("Marital status"),
    "ethnicity": _("Ethnicity"),
    "religion": _("Religion"),
    "health": _("Health"),
}


@dataclass(frozen=True, slots=True)
class Sorting:
    """What the versions in force look at: traits per scheme, and which schemes each asks for."""

    traits: Mapping[int, set[str]]
    asks: Mapping[int, set[int]]
    fields: Collection[str] = ()  # custom fields that are marked as personal

    def personal(self, scheme_id: int) -> list[str]:
        """Return the personal traits that decide in a scheme, directly or through the schemes that it asks for."""
        seen: set[str] = set()
        for one in rules.reached_by([scheme_id], self.asks):
            seen |= self.traits.get(one, set())
        return [*rules.personal_of(seen, list(personal_traits)), *(one for one in self.fields if one in seen)]


def read_sorting(*, instead: SchemeVersion | None = None) -> Sorting:
    """Return what the versions in force look at, with one version as if it were in force: three queries."""
    ids: dict[int | str, int] = {}
    for scheme_id, key in Scheme.objects.values_list("id", "key"):
        ids[scheme_id] = ids[key] = scheme_id
    traits: dict[int, set[str]] = {}
    asks: dict[int, set[int]] = {}
    in_force = SchemeVersion.objects.filter(number=F("scheme__version"), applied_at__isnull=False)
    for version in [*in_force.exclude(scheme__status=Scheme.Status.RETIRED), *([instead] if instead else [])]:
        document: list[Any] = [version.rules, version.parameters]
        traits[version.scheme_id] = rules.traits_in(document)
        asks[version.scheme_id] = {ids[one] for one in rules.schemes_in(document) if one in ids}
    return Sorting(traits, asks, list(list_personal_traits()))


def check_price(*, kind: PolicyKind, scheme: Scheme) -> None:
    """Refuse a policy on prices where personal traits decide who is in the class. Holds until the transaction ends.

    :raises PriceByPersonalTrait: naming the traits.
    """
    if not kind.is_price:
        return
    _hold()
    if found := read_sorting().personal(scheme.id):
        raise PriceByPersonalTrait(kind=str(kind.label), scheme=scheme.name, traits=name_traits(found))


def check_version(*, version: SchemeVersion) -> None:
    """Refuse rules that would let personal traits decide on prices. Holds until the transaction ends.

    :raises TraitBehindPrice: naming the traits, and what hangs on them.
    """
    _hold()
    priced = list(
        Policy.objects.filter(kind__in=price_kinds(), valid_to=None, to_class__retired_at=None)
        .exclude(to_class__scheme__status=Scheme.Status.RETIRED)
        .select_related("to_class__scheme")
    )
    if not priced:
        return
    sorting = read_sorting(instead=version)
    concerned = [one for one in priced if version.scheme_id in rules.reached_by([one.to_class.scheme_id], sorting.asks)]
    hit = [one for one in concerned if sorting.personal(one.to_class.scheme_id)]
    if hit:
        traits = {trait for one in hit for trait in sorting.personal(one.to_class.scheme_id)}
        raise TraitBehindPrice(
            traits=name_traits(sorted(traits)),
            schemes=_comma(dict.fromkeys(one.to_class.scheme.name for one in hit)),
            kinds=_comma(dict.fromkeys(str(policy_kinds[one.kind].label) for one in hit)),
        )


def price_kinds() -> list[str]:
    return [one.key for one in policy_kinds if one.is_price]


def name_traits(traits: Collection[str]) -> str:
    names = {**TRAIT_NAMES, **list_personal_traits()}
    return _comma(dict.fromkeys(str(names.get(one, one)) for one in traits))


def _comma(words: Collection[str]) -> str:
    return pgettext("between names in a list", ", ").join(words)


def _hold() -> None:
    """Let nobody set prices while rules are put in force, and the other way round."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
