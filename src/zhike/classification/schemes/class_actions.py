"""The classes of a scheme: adding, naming, colouring, ordering, retiring."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.classification.errors import ClassInUse, ClassIsFixed, ClassStillAsked, KeyTaken, NameMissing
from zhike.classification.events import ClassAdded, ClassChanged, ClassRetired
from zhike.classification.models import Assignment, CustomerClass, Scheme
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from . import actions, queries, rules
from .closing import end_kept_out


@transaction.atomic
def add_class(
    *, scheme_key: str, key: str, name_zh: str = "", name_en: str = "", hue: str = "plain", by: Actor, at: datetime
) -> CustomerClass:
    """Add a class at the end of a scheme that sorts by rules or by hand; in a rule scheme nobody is in it yet.

    :raises KeyTaken: if the scheme has a class with that key, also a retired one; `ClassIsFixed` for other kinds.
    """
    scheme = Scheme.objects.select_for_update().get(id=queries.get_scheme(key=scheme_key).id)
    if scheme.kind in rules.FIXED_KINDS:
        raise ClassIsFixed(name=scheme.name)
    rules.check_key(key.lower())
    rules.check_hue(hue)
    names = _names(name_zh, name_en)
    last = scheme.classes.order_by("-position").values_list("position", flat=True).first()
    added, created = CustomerClass.objects.get_or_create(
        scheme=scheme, key=key, defaults={**names, "hue": hue, "position": (last if last is not None else -1) + 1}
    )
    if not created:
        raise KeyTaken(key=key)
    if scheme.kind == Scheme.Kind.RULE:
        draft = actions.save_draft(key=scheme_key, by=by, at=at)
        order = [*draft.parameters.get("order", []), key]
        actions.save_draft(key=scheme_key, parameters={"order": order}, by=by, at=at)
    record(event=ClassAdded(added.id, scheme.id, key), by=by)
    return added


@transaction.atomic
def change_class(
    *,
    class_id: int,
    name_zh: str,
    name_en: str,
    hue: str,
    meaning_zh: str = "",
    meaning_en: str = "",
    by: Actor,
    at: datetime,
) -> CustomerClass:
    """Change what a class is called and its colour; at once."""
    rules.check_hue(hue)
    found = queries.get_class(class_id=class_id)
    for field, text in _names(name_zh, name_en).items():
        setattr(found, field, text)
    found.hue = hue
    found.meaning_zh, found.meaning_en = tidy(meaning_zh)[:300], tidy(meaning_en)[:300]
    found.save(update_fields=["name_zh", "name_en", "hue", "meaning_zh", "meaning_en"])
    record(event=ClassChanged(found.id, found.scheme_id, found.name_zh, found.name_en, hue), by=by)
    return found


@transaction.atomic
def order_classes(*, scheme_key: str, class_ids: Sequence[int], by: Actor, at: datetime) -> list[CustomerClass]:
    """Show the classes of a scheme in this order; those not named follow. In a rule scheme the draft tries them so."""
    scheme = queries.get_scheme(key=scheme_key)
    wanted = {one: place for place, one in enumerate(class_ids)}
    ordered = sorted(
        queries.list_classes(scheme_id=scheme.id), key=lambda one: wanted.get(one.id, len(wanted) + one.position)
    )
    for place, one in enumerate(ordered):
        one.position = place
    CustomerClass.objects.bulk_update(ordered, ["position"])
    if scheme.kind == Scheme.Kind.RULE:
        actions.save_draft(key=scheme_key, parameters={"order": [one.key for one in ordered]}, by=by, at=at)
    return ordered


@transaction.atomic
def retire_class(*, class_id: int, by: Actor, at: datetime) -> CustomerClass:
    """Take a class out of use. Its history stays.

    :raises ClassInUse: while customers are in it; `ClassStillAsked` while rules of other schemes ask for it.
    """
    found = queries.get_class(class_id=class_id)
    if found.scheme.kind in rules.FIXED_KINDS:
        raise ClassIsFixed(name=found.scheme.name)
    held = Assignment.objects.filter(scheme_id=found.scheme_id, to_class_id=class_id, valid_to=None).count()
    if held:
        raise ClassInUse(name=found.name, count=held)
    if users := queries.find_asking_schemes(scheme_id=found.scheme_id, class_id=class_id):
        raise ClassStillAsked(name=found.name, users="、".join(one.name for one in users))
    found.retired_at = at
    found.save(update_fields=["retired_at"])
    end_kept_out(class_id=class_id, by=by, at=at)
    record(event=ClassRetired(found.id, found.scheme_id), by=by)
    return found


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    names = {"name_zh": tidy(name_zh)[:60], "name_en": tidy(name_en)[:60]}
    if not any(names.values()):
        raise NameMissing
    return names
