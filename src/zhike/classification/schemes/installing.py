from django.db import transaction
from django.db.models.functions import Now

from zhike.classification.models import CustomerClass, Scheme, SchemeVersion, Telling

from .built_in import BUILT_IN, SchemeSeed


@transaction.atomic
def install_built_in_schemes() -> int:
    """Create the built-in schemes that are not there yet; return how many were created.

    They are in force at once, but those that a firm has to wish for begin as drafts.

    Runs after every migration. What people changed or retired stays as they left it.
    """
    there = set(Scheme.objects.values_list("key", flat=True))
    missing = [(position, seed) for position, seed in enumerate(BUILT_IN) if seed.key not in there]
    for position, seed in missing:
        _install(seed, position)
    return len(missing)


def _install(seed: SchemeSeed, position: int) -> None:
    scheme, created = Scheme.objects.get_or_create(
        key=seed.key,
        defaults={
            "name_zh": seed.name_zh,
            "name_en": seed.name_en,
            "meaning_zh": seed.meaning_zh,
            "meaning_en": seed.meaning_en,
            "kind": seed.kind,
            "status": Scheme.Status.DRAFT if seed.on_wish else Scheme.Status.ACTIVE,
            "built_in": True,
            "position": position,
            "version": 0 if seed.on_wish else 1,
        },
    )
    if not created:  # a second start beside this one was faster
        return
    CustomerClass.objects.bulk_create(
        CustomerClass(
            scheme=scheme,
            key=one.key,
            name_zh=one.name_zh,
            name_en=one.name_en,
            meaning_zh=one.meaning_zh,
            meaning_en=one.meaning_en,
            hue=one.hue,
            position=place,
        )
        for place, one in enumerate(seed.classes)
    )
    if seed.tell_into:
        told = list(scheme.classes.filter(key__in=seed.tell_into).order_by("id").values_list("id", flat=True))
        Telling.objects.create(scheme=scheme, tell_into=told)
    parameters = dict(seed.parameters)
    if seed.kind == Scheme.Kind.RULE:
        parameters = {"order": [one.key for one in seed.classes], "default": None}
    at = None if seed.on_wish else Now()
    SchemeVersion.objects.create(scheme=scheme, number=1, parameters=parameters, rules=seed.rules, applied_at=at)
