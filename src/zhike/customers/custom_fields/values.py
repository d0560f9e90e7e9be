"""What a customer has in the custom fields: checked as a whole before it is written."""

from collections.abc import Mapping, Sequence
from datetime import date

from zhike.accounts.public import User
from zhike.customers.custom_fields import errors
from zhike.customers.custom_fields.definitions import read_fields
from zhike.customers.custom_fields.rules import PREFIX, Definition, Value, clean_value, missing
from zhike.customers.rights import REVEAL, visible_customers
from zhike.kit.actor import Actor

HIDDEN = "***"  # a personal value in the audit trail


def clean_custom(
    given: Mapping[str, object], *, held: Mapping[str, Value], kind: str, by: Actor, today: date, complete: bool = False
) -> tuple[dict[str, Value], Sequence[Definition]]:
    """Return all custom values of a customer after a change, and the definitions of the fields that it touches.

    `given` is by key; None or nothing empties a field. With `complete`, for a new customer, defaults are filled in and
    what is required must be there.

    :raises UnknownField, FieldIsArchived, MayNotSeeField, FieldInvalid: if something does not fit.
    """
    fields = read_fields()
    values, touched = dict(held), []
    for name, value in given.items():
        one = _writable(name.removeprefix(PREFIX), fields, by)
        new = clean_value(one, value, today=today)
        if new is None and one.required and one.fits(kind):
            raise errors.FieldMissing(one)
        if new is not None and new != held.get(one.key):
            _check_reference(one, new, by)
        values.pop(one.key, None)
        if new is not None:
            values[one.key] = new
        touched.append(one)
    if complete:
        for one in fields.values():
            if one.default is not None and not one.archived and one.fits(kind) and one not in touched:
                values.setdefault(one.key, one.default)
        if lacking := missing(list(fields.values()), values, kind):
            raise errors.FieldMissing(lacking[0])
    return values, touched


def changed_values(
    fields: Sequence[Definition], before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """Return what the audit trail keeps of a change: custom values by name beside the others, personal ones hidden."""
    held = [one.get("custom", {}) for one in (before, after)]
    old, new = ({key: value for key, value in one.items() if key != "custom"} for one in (before, after))
    for one in fields:
        values = [part.get(one.key) if isinstance(part, dict) else None for part in held]
        if values[0] != values[1]:
            old[one.name], new[one.name] = (HIDDEN if one.personal and value is not None else value for value in values)
    return old, new


def _writable(key: str, fields: Mapping[str, Definition], by: Actor) -> Definition:
    one = fields.get(key)
    if one is None:
        raise errors.UnknownField(key=key[:60], known=", ".join(fields) or "–")
    if one.archived:
        raise errors.FieldIsArchived(one)
    if one.personal and by.kind != "system" and not by.may(REVEAL):
        raise errors.MayNotSeeField
    return one


def _check_reference(one: Definition, value: Value, by: Actor) -> None:
    if one.type == "customer":
        known = visible_customers(by).filter(id=int(str(value))).exists()
    elif one.type == "user":
        known = User.objects.filter(id=int(str(value)), is_active=True).exists()
    else:
        return
    if not known:
        raise errors.NoSuchReference(one, value=value)
