"""The schemes in force, as the engine wants them."""

from collections.abc import Sequence

from babel.core import get_global
from django.db import connection

from zhike.accounts.public import get_organisation
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion
from zhike.classification.schemes.naming import names_of_value
from zhike.classification.schemes.overlapping import read_rules, track_of
from zhike.classification.schemes.queries import SchemeInForce, list_schemes_in_force
from zhike.engine.public import ClassSpec, SchemeSpec

OPEN_ENDED = ("country", "province", "city")  # a value of these that nobody has seen yet becomes a class
HUES = ("teal", "indigo", "sky", "bamboo", "amber", "violet", "olive", "rose")
NEW_VALUES = "SELECT DISTINCT country, province, city FROM customers_customer"


def home_country() -> str:
    """Return the country of the organisation's time zone as ISO 3166-1 alpha-2; China where a zone has none."""
    territory = get_global("zone_territories").get(get_organisation().time_zone, "")
    return territory if len(territory) == 2 else "CN"


def list_specs() -> tuple[list[SchemeSpec], list[SchemeInForce]]:
    """Return what the engine computes and, in their order, the schemes behind; hand schemes are left out."""
    add_new_values()
    return list_known_specs()


def list_known_specs() -> tuple[list[SchemeSpec], list[SchemeInForce]]:
    """Return what `list_specs` does, without making classes of values that nobody had before."""
    computed = [one for one in list_schemes_in_force() if one.scheme.kind != Scheme.Kind.HAND]
    home = home_country()
    return [spec for one in computed for spec in make_specs(one, home=home)], computed


def make_specs(one: SchemeInForce, *, home: str) -> list[SchemeSpec]:
    """Return a scheme in force for the engine: where classes overlap, each class as a scheme by itself."""
    return split_spec(one.scheme, make_spec(one.scheme, one.version, one.classes, home=home))


def split_spec(scheme: Scheme, spec: SchemeSpec) -> list[SchemeSpec]:
    """Return a spec, or where the scheme's classes overlap one of each class, under the class's track."""
    if not scheme.overlapping:
        return [spec]
    return [SchemeSpec(track_of(one.id), spec.kind, [one]) for one in spec.classes]


def tracks_of(one: SchemeInForce) -> list[int]:
    """Return the numbers of `make_specs`."""
    return [track_of(each.id) for each in one.classes] if one.scheme.overlapping else [one.scheme.id]


def make_spec(
    scheme: Scheme, version: SchemeVersion, classes: Sequence[CustomerClass], *, home: str = "CN"
) -> SchemeSpec:
    """Return a version of a scheme, in force or a draft, for the engine."""
    parameters = dict(version.parameters)
    if scheme.kind == Scheme.Kind.ATTRIBUTE:
        parameters["home"] = home
    if scheme.kind == Scheme.Kind.RULE:
        order = {key: place for place, key in enumerate(parameters.pop("order", []))}
        classes = sorted(classes, key=lambda one: order.get(one.key, len(order) + one.position))
        if not parameters.get("default"):
            parameters.pop("default", None)
    rules = read_rules(version.rules)
    return SchemeSpec(
        id=scheme.id,
        kind=scheme.kind,
        classes=[ClassSpec(one.id, one.key, rules.get(one.key)) for one in classes],
        parameters=parameters,
    )


def add_new_values() -> int:
    """Make classes of countries, provinces and cities that customers have and no class stands for; return how many."""
    schemes = {
        version.parameters.get("attribute"): version.scheme
        for version in SchemeVersion.objects.filter(
            scheme__kind=Scheme.Kind.ATTRIBUTE, scheme__status=Scheme.Status.ACTIVE, applied_at__isnull=False
        ).select_related("scheme")
    }
    with connection.cursor() as cursor:
        cursor.execute(NEW_VALUES)
        rows = cursor.fetchall()
    added = 0
    for place, attribute in enumerate(OPEN_ENDED):
        if scheme := schemes.get(attribute):
            added += _add_values(scheme, attribute, sorted({row[place] for row in rows if row[place]}))
    return added


def _add_values(scheme: Scheme, attribute: str, values: Sequence[str]) -> int:
    known = dict(scheme.classes.values_list("key", "position"))
    fresh = [one for one in values if one not in known]
    start = max(known.values(), default=-1) + 1
    CustomerClass.objects.bulk_create(
        [
            CustomerClass(
                scheme=scheme,
                key=value,
                hue=HUES[(start + place) % len(HUES)],
                position=start + place,
                **names_of_value(attribute, value),
            )
            for place, value in enumerate(fresh)
        ],
        ignore_conflicts=True,
    )
    return len(fresh)
