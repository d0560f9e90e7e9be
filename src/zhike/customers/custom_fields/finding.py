"""Custom fields as orders of the list, and as what the search box finds."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import DecimalField, F, Func, TextField, Value

from zhike.customers.custom_fields.columns import begins_with
from zhike.customers.custom_fields.definitions import get_definition, list_fields
from zhike.customers.custom_fields.rules import PREFIX, SORTED, Definition, as_decimal
from zhike.customers.models import Customer
from zhike.customers.registries import Order

LEAST = Decimal(-(10**16))  # sorts below every value: who has none
REACHED = 50
SHORTEST = 2


def find_order(key: str) -> Order | None:
    """Return the order by a number, an amount or a day; customers without one stand at the low end."""
    one = get_definition(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
    if one is None or one.archived or one.personal or one.type not in SORTED:
        return None
    text = Func(F("customer__custom"), Value(one.key), template="(%(expressions)s)", arg_joiner=" ->> ")
    if one.type == "date":
        expression = Func(text, Value(""), function="coalesce", output_field=TextField())
        return Order(expression, partial(_value_of, one), _read_day)
    number = DecimalField(max_digits=30, decimal_places=6)
    typed = Func(text, template="(%(expressions)s)::numeric", output_field=number)
    return Order(
        Func(typed, Value(LEAST), function="coalesce", output_field=number), partial(_value_of, one), _read_number
    )


def _value_of(one: Definition, customer_id: int) -> str:
    values = Customer.objects.filter(id=customer_id).values_list("custom", flat=True).first() or {}
    return str(values.get(one.key, "" if one.type == "date" else LEAST))


def _read_day(value: Any) -> str:
    return str(value)[:10]


def _read_number(value: Any) -> Decimal:
    number = as_decimal(value)
    if number is None:
        raise ValueError(value)
    return number


def find_customers(text: str) -> Sequence[int]:
    """Return the customers of whom a searchable field begins with a text."""
    fields = [one for one in list_fields() if one.searchable]
    if not fields or len(text) < SHORTEST:
        return []
    return list(begins_with(fields, text).values_list("id", flat=True)[:REACHED])
