"""The organisation's own fields as a set-up file says them: in order, without what a field has by default."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhike.customers.custom_fields.actions import (
    CHANGEABLE,
    archive_field,
    change_field,
    create_field,
    move_field,
    restore_field,
)
from zhike.customers.models import CustomField
from zhike.kit.actor import Actor


def export_fields() -> list[dict[str, Any]]:
    """Return every field, archived ones too, in their order; keys mean the same in another installation."""
    return [_said(one) for one in CustomField.objects.order_by("position", "id")]


def apply_field(wanted: Mapping[str, Any], *, by: Actor, at: datetime) -> list[str]:
    """Make one field what a file says; return what changed, a line each.

    :raises Refusal: if it cannot be made so. :raises TypeError: for what no field has.
    """
    key = str(wanted["key"])
    settings = {one: wanted.get(one, _default(one)) for one in CHANGEABLE}
    if unknown := set(wanted) - {"key", "archived", *CHANGEABLE}:
        raise TypeError(f"a field has no {sorted(unknown)[0]}")
    changes = []
    field = CustomField.objects.filter(key=key).first()
    if field is None:
        field = create_field(key=key, by=by, at=at, **settings)
        changes.append(f"+ {key}")
    elif changed := [one for one in CHANGEABLE if getattr(field, one) != settings[one]]:
        said = [f"~ {key}: {one} {getattr(field, one)!r} → {settings[one]!r}" for one in changed]
        change_field(key=key, by=by, at=at, **settings)
        changes += said
    archived = bool(wanted.get("archived", False))
    if archived != (field.archived_at is not None):
        (archive_field if archived else restore_field)(key=key, by=by, at=at)
        changes.append(f"{'-' if archived else '+'} {key}")
    return changes


def order_fields(keys: list[str], *, by: Actor, at: datetime) -> list[str]:
    """Put the fields into this order; those not named follow. Return what changed."""
    before = list(CustomField.objects.order_by("position", "id").values_list("key", flat=True))
    after = [*(one for one in keys if one in before), *(one for one in before if one not in keys)]
    if after == before:
        return []
    for key in after:
        move_field(key=key, before="", by=by, at=at)
    return [f"~ {', '.join(after)}"]


def _said(field: CustomField) -> dict[str, Any]:
    held = {one: getattr(field, one) for one in CHANGEABLE}
    said = {one: value for one, value in held.items() if one == "type" or value != _default(one)}
    return {"key": field.key, **said, **({"archived": True} if field.archived_at else {})}


def _default(name: str) -> Any:
    return getattr(CustomField(), name)
