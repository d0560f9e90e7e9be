"""Custom values as the API gives and takes them."""

from typing import Any

from zhike.customers.custom_fields.columns import read_held
from zhike.customers.custom_fields.computed import formula_type
from zhike.customers.custom_fields.definitions import list_fields
from zhike.customers.custom_fields.revealing import reveal_field
from zhike.customers.custom_fields.rules import Definition
from zhike.customers.custom_fields.wording import MASK
from zhike.customers.models import Customer
from zhike.kit.actor import Actor

SHAPES = (
    "Custom fields by key: texts; numbers as texts of digits; money in minor units; dates YYYY-MM-DD; choices by key,"
    " several as a list; yes or no as true or false; customers and colleagues by id. Null empties a field."
)


def custom_out(customer: Customer, *, reveal_by: Actor | None = None) -> dict[str, Any]:
    """Return a customer's custom values by key, personal ones masked unless somebody looks; formulas computed."""
    fields = list_fields(kind=customer.kind)
    if not fields:
        return {}
    held = read_held([customer.id])[customer.id]
    found = {one.key: _plain(one, held.value(one)) for one in fields}
    for one in fields:
        if one.personal and found[one.key] is not None:
            found[one.key] = MASK
            if reveal_by is not None:
                reveal_field(customer_id=customer.id, key=one.key, by=reveal_by)  # writes down who looked
                found[one.key] = held.value(one)
    return found


def _plain(one: Definition, value: Any) -> Any:
    if one.type == "formula" and value is not None:
        return int(value) if formula_type(one) == "money" else f"{value.normalize():f}"
    return value
