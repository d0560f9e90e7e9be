"""Fields come into being, change, move, and go to the archive."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from zhike.audit.public import record
from zhike.customers.custom_fields import errors
from zhike.customers.custom_fields.checks import check_definition
from zhike.customers.custom_fields.computed import formula_type
from zhike.customers.custom_fields.definitions import definition_of, forget_fields, name_of
from zhike.customers.custom_fields.indexes import drop_indexes, fit_indexes
from zhike.customers.custom_fields.queries import count_chosen, count_values, get_field
from zhike.customers.custom_fields.rules import KEY, PREFIX, FieldChoice
from zhike.customers.custom_fields.uses import list_uses
from zhike.customers.events import FieldAdded, FieldArchived, FieldChanged, FieldRemoved, FieldRestored
from zhike.customers.models import CustomField
from zhike.kit.actor import Actor

MOST_FIELDS = 200
RESERVED = {"employees", "value", "frequency", "empty", "least", "most"}  # words of formulas
CHANGEABLE = (
    "type", "name_zh", "name_en", "help_zh", "help_en", "kinds", "required", "unique", "searchable", "personal",
    "default", "limits", "choices", "formula",
)  # fmt: skip


@transaction.atomic
def create_field(*, key: str, type: str, by: Actor, at: datetime, **settings: Any) -> CustomField:
    """Make a field; `settings` are those of `CHANGEABLE`.

    :raises FieldKeyWrong, FieldKeyTaken, TooManyFields, Invalid: if it cannot be made so. Then nothing has changed.
    """
    if not KEY.fullmatch(key) or key in RESERVED:
        raise errors.FieldKeyWrong(key=key[:60])
    lock_fields()
    if CustomField.objects.filter(key=key).exists():
        raise errors.FieldKeyTaken(key=key)
    if CustomField.objects.filter(archived_at=None).count() >= MOST_FIELDS:
        raise errors.TooManyFields(limit=MOST_FIELDS)
    last = CustomField.objects.aggregate(last=Max("position"))["last"] or 0
    field = CustomField(key=key, type=type, position=last + 1, created_at=at, created_by_id=_person(by))
    _fill(field, settings)
    check_definition(field)
    field.save()
    fit_indexes(field)
    forget_fields()
    record(event=FieldAdded(field.id, field.key, field.type), by=by)
    return field


@transaction.atomic
def change_field(*, key: str, by: Actor, at: datetime, **settings: Any) -> CustomField:
    """Change a field; its key stays for life, its type once a customer has a value or a rule asks for it.

    :raises NoSuchField, FieldTypeFixed, FieldInUse, ChoicesInUse, Invalid: if it cannot be changed so.
    """
    lock_fields()
    field = get_field(key=key)
    before = _described(field)
    old_type, old_choices, old_result = field.type, list(field.choices), formula_type(definition_of(field))
    _fill(field, settings)
    check_definition(field)
    if field.type != old_type:
        _check_type_is_free(field, name_of(definition_of(field)))
    if field.type == "formula" and formula_type(definition_of(field)) != old_result:
        refuse_used(field)  # 100 in a rule would be an amount where it was a number
    _check_choices_stay(field, old_choices)
    if field.personal and not before["personal"]:
        refuse_used(field)  # a reason or a result would tell what is masked from now on
    after = _described(field)
    changed = {name for name, value in after.items() if before[name] != value}
    if not changed:
        return field
    field.save()
    if changed & {"type", "unique", "searchable"}:
        fit_indexes(field)
    forget_fields()
    record(event=FieldChanged(field.key, *(_only(one, changed) for one in (before, after))), by=by)
    return field


@transaction.atomic
def move_field(*, key: str, before: str, by: Actor, at: datetime) -> None:
    """Put a field before another one, or with an empty text last."""
    lock_fields()
    field = get_field(key=key)
    order = [one for one in CustomField.objects.order_by("position", "id") if one.key != key]
    place = next((place for place, one in enumerate(order) if one.key == before), len(order))
    order.insert(place, field)
    for position, one in enumerate(order, 1):
        one.position = position
    CustomField.objects.bulk_update(order, ["position"])
    forget_fields()


@transaction.atomic
def archive_field(*, key: str, by: Actor, at: datetime) -> CustomField:
    """Put a field away: no longer shown, asked for or imported; its values stay.

    :raises FieldInUse: if something in force asks for it.
    """
    lock_fields()
    field = get_field(key=key)
    refuse_used(field)
    field.archived_at = field.archived_at or at
    field.save(update_fields=["archived_at"])
    forget_fields()
    record(event=FieldArchived(field.key), by=by)
    return field


@transaction.atomic
def restore_field(*, key: str, by: Actor, at: datetime) -> CustomField:
    """Bring a field back, with all its values."""
    lock_fields()
    field = get_field(key=key)
    field.archived_at = None
    check_definition(field)
    field.save(update_fields=["archived_at"])
    forget_fields()
    record(event=FieldRestored(field.key), by=by)
    return field


@transaction.atomic
def remove_field(*, key: str, by: Actor, at: datetime) -> int:
    """Remove an archived field and its values for good; return how many customers had one.

    :raises FieldNotArchived: if it is in use. :raises FieldInUse: if something asks for it.
    """
    lock_fields()
    field = get_field(key=key)
    if not field.archived_at:
        raise errors.FieldNotArchived(name=name_of(definition_of(field)))
    refuse_used(field)
    drop_indexes(field)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET custom = custom - %s WHERE custom ? %s", [key, key])
        count = int(cursor.rowcount)
    field.delete()
    forget_fields()
    record(event=FieldRemoved(key, count), by=by)
    return count


def refuse_used(field: CustomField) -> None:
    """:raises FieldInUse: if something in force asks for the field."""
    if uses := list_uses(field.key, PREFIX + field.key):
        raise errors.FieldInUse(name=name_of(definition_of(field)), uses="、".join(uses[:5]))


def lock_fields() -> None:
    """Let nobody else change fields until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('customers.custom_fields'))")


def _fill(field: CustomField, settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        if name not in CHANGEABLE:
            raise TypeError(f"a field has no {name}")
        plain = [asdict(one) if isinstance(one, FieldChoice) else one for one in value] if name == "choices" else value
        setattr(field, name, plain)


def _check_type_is_free(field: CustomField, name: str) -> None:
    if count := count_values(field.key):
        raise errors.FieldTypeFixed(name=name, count=count)
    refuse_used(field)


def _check_choices_stay(field: CustomField, old: list[dict[str, Any]]) -> None:
    kept = {one["key"] for one in field.choices}
    for one in old:
        if one["key"] not in kept and (count := count_chosen(field.key, one["key"])):
            raise errors.ChoicesInUse(count=count, choice=one["zh"] or one["en"])


def _described(field: CustomField) -> dict[str, Any]:
    return {name: getattr(field, name) for name in CHANGEABLE}


def _only(described: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if name in names}


def _person(by: Actor) -> int | None:
    return by.id if by.kind != "system" else None
