"""Custom fields in files of customers: what a column means, what is refused, and values as they are kept."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection

from zhike.accounts.public import User, get_organisation
from zhike.customers.custom_fields.definitions import list_fields, name_of
from zhike.customers.custom_fields.errors import FieldInvalid
from zhike.customers.custom_fields.rules import LENGTHS, TEXTS, Definition, as_decimal, clean_value
from zhike.customers.imports.kinds import FieldType, ImportField, Settings
from zhike.customers.imports.sql import literal, quoted
from zhike.customers.models import ExternalId
from zhike.customers.rights import visible_customers
from zhike.kit.money import minor_digits, to_minor

WORDS = {"choice": "unknown_value", "choices": "unknown_value", "yes_no": "unknown_value", "text": "pattern"}
MOST_AT_ONCE = 2000
TYPES: Mapping[str, FieldType] = {"number": "decimal", "money": "decimal", "date": "date"}
HOLDERS = """
SELECT lower(c.custom ->> %(key)s), coalesce(e.value, '') FROM customers_customer c
LEFT JOIN customers_externalid e ON e.customer_id = c.id AND e.source = %(source)s
WHERE c.custom ? %(key)s AND lower(c.custom ->> %(key)s) = ANY(%(values)s)
"""
FORGET = """
UPDATE arriving_profile a SET custom = a.custom - %(key)s FROM customers_customer c
WHERE a.custom ? %(key)s AND c.custom ? %(key)s AND lower(c.custom ->> %(key)s) = lower(a.custom ->> %(key)s)
  AND c.id <> a.customer_id
"""


def list_imported() -> list[Definition]:
    """Return the fields that files can fill."""
    return [one for one in list_fields() if one.type != "formula"]


def custom_import_fields() -> list[ImportField]:
    """Return what a column of a file can mean besides the profile."""
    return [_import_field(one) for one in list_imported()]


def _import_field(one: Definition) -> ImportField:
    looked_up = one.type not in ("number", "money", "date", *TEXTS) or bool(one.limits.pattern)
    kind: FieldType = TYPES.get(one.type, "lookup" if looked_up else "text")
    length = min(one.limits.length or LENGTHS[one.type], LENGTHS[one.type]) if one.type in TEXTS else 0
    return ImportField(
        one.name,
        name_of(one),
        kind,
        synonyms=tuple(name for name in (one.key, one.zh, one.en) if name),
        max_length=length,
        look_up=partial(_look_up, one) if looked_up else None,
        strict=looked_up,
        unknown=WORDS.get(one.type, "not_found"),
        checks=_checks(one),
        holders=partial(_holders, one) if one.unique else None,
    )


def _checks(one: Definition) -> Mapping[str, str]:
    """Return problem → SQL for what is asked of a column of its own type."""
    column, found = quoted(one.name), {}
    if one.required:
        found["missing"] = f"t_{one.name} IS NULL"
    if one.type in ("number", "money"):
        found |= {"too_small": f"{column} <= -1e15", "too_large": f"{column} >= 1e15"}
        least, most = (as_decimal(end) if end else None for end in (one.limits.least, one.limits.most))
        places = minor_digits(get_organisation().currency) if one.type == "money" else 0
        if least is not None:
            found["too_small"] = f"{column} < {least.scaleb(-places):f}"
        if most is not None:
            found["too_large"] = f"{column} > {most.scaleb(-places):f}"
    if one.type == "number":
        found["decimals"] = f"{column} <> round({column}, {one.limits.decimals})"
    if one.type == "date":
        ends = (("too_small", "<", one.limits.least), ("too_large", ">", one.limits.most))
        found |= {problem: f"{column} {sign} CAST({literal(end)} AS DATE)" for problem, sign, end in ends if end}
    return found


def _look_up(one: Definition, texts: Sequence[str], settings: Settings) -> Mapping[str, str]:
    """Return text → what is kept, a text as it is and everything else as JSON, for the texts that fit."""
    if one.type == "user":
        return _people(texts)
    if one.type == "customer":
        return _customers(texts, settings)
    found = {}
    for text in texts:
        try:
            value = clean_value(one, text)
        except FieldInvalid:
            continue
        if value is not None:
            found[text] = value if isinstance(value, str) and one.type in TEXTS else json.dumps(value)
    return found


def _people(texts: Sequence[str]) -> dict[str, str]:
    """Return text → id for those that name one active colleague, by login or name."""
    found: dict[str, set[int]] = {}
    for key, login, name in User.objects.filter(is_active=True).values_list("id", "login", "name"):
        found.setdefault(login.casefold(), set()).add(key)
        found.setdefault(name.casefold(), set()).add(key)
    named = {text: found.get(text.casefold(), set()) for text in texts}
    return {text: str(next(iter(ids))) for text, ids in named.items() if len(ids) == 1}


def _customers(texts: Sequence[str], settings: Settings) -> dict[str, str]:
    """Return text → id for those that are the number or the name of one customer whom the importer may see."""
    found: dict[str, set[int]] = {}
    seen = visible_customers(settings.by)
    for start in range(0, len(texts), MOST_AT_ONCE):
        part = list(texts[start : start + MOST_AT_ONCE])
        numbers = ExternalId.objects.filter(source=settings.source, value__in=part, customer__in=seen)
        pairs = [*numbers.values_list("value", "customer_id"), *seen.filter(name__in=part).values_list("name", "id")]
        for text, key in pairs:
            found.setdefault(text, set()).add(key)
    return {text: str(next(iter(ids))) for text, ids in found.items() if len(ids) == 1}


def _holders(one: Definition, values: Sequence[str], settings: Settings) -> Mapping[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, {"key": one.key, "source": settings.source, "values": list(values)})
        return dict(cursor.fetchall())


def values_json(fields: Sequence[Definition], row: Mapping[str, Any], *, currency: str) -> str:
    """Return the custom values of a checked row as they are kept. Asks no query: a COPY is under way."""
    found = {}
    for one in fields:
        value = row[one.name]
        if value is not None and (kept := _kept(one, value, currency)) is not None:
            found[one.key] = kept
    return json.dumps(found, ensure_ascii=False)


def _kept(one: Definition, value: Any, currency: str) -> Any:
    if one.type not in ("number", "money", "date", *TEXTS):
        return json.loads(value)
    if one.type == "money":
        value = to_minor(Decimal(value), currency)
    try:
        return clean_value(one, value)
    except FieldInvalid:  # the check of the row has said so already, where the file's own writing allows it
        return None


def defaults_json(fields: Sequence[Definition]) -> str:
    """Return what a new customer has where the file says nothing."""
    return json.dumps({one.key: one.default for one in fields if one.default is not None}, ensure_ascii=False)


def forget_taken(cursor: Any, fields: Sequence[Definition]) -> None:
    """Leave out unique values that somebody else got since the check, rather than lose the whole batch."""
    for one in fields:
        if one.unique:
            cursor.execute(FORGET, {"key": one.key})
