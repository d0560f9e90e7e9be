"""The shapes that the API of policies takes and gives."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict, JsonValue

from zhike.api.public import Input

SERVICE: dict[str, JsonValue] = {"value": {"response_hours": 4, "resolve_hours": 24, "clock": "business"}, "number": 0}


class FieldOut(Schema):
    """A field of a kind: its type says what its value is in JSON (whole, percent, money, text, choice, …)."""

    key: str
    label: str
    type: str
    required: bool
    least: int
    most: int
    choices: list[str]


class KindOut(Schema):
    """A respect in which classes can be treated differently. `is_price`: personal traits may not lead to it."""

    key: str
    label: str
    meaning: str
    is_price: bool
    fields: list[FieldOut]


class PolicyIn(Input):
    """A value by the fields of the kind. `number`: of the policy you looked at (0: none), else 409 after a change."""

    model_config = ConfigDict(json_schema_extra={"examples": [SERVICE]})

    value: dict[str, Any]
    number: int | None = Field(None, ge=0, le=1_000_000)


class PolicyOut(Schema):
    """A policy of a class; `until` is null while it is in force."""

    id: int
    scheme: str
    class_id: int
    class_key: str
    kind: str
    number: int
    value: dict[str, Any]
    words: str
    since: datetime
    until: datetime | None
    by: str


class GivesWayOut(Schema):
    """A policy that does not apply, because that of another class goes first."""

    scheme: str
    class_id: int
    class_key: str
    value: dict[str, Any]
    words: str


class AppliedOut(Schema):
    """What applies to a customer in one respect, and what gives way to it."""

    kind: str
    policy: PolicyOut
    gives_way: list[GivesWayOut]


class ConflictOut(Schema):
    """Two classes that ask for different things, and how many customers are in both."""

    kind: str
    applies: PolicyOut
    gives_way: PolicyOut
    customers: int


class OrderIn(Input):
    """Keys of management types, the one that decides first first; those not named follow as they stood.

    `seen`: the order that was read before; where it is another by now, nothing is changed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"schemes": ["value_tier", "lifecycle"]}]})

    schemes: list[str] = Field(max_length=200)
    seen: list[str] | None = Field(None, max_length=200)


class OrderOut(Schema):
    schemes: list[str]


class ShareOut(Schema):
    """How many customers of a class a person would get."""

    class_id: int
    class_key: str
    owner_id: int
    owner: str
    customers: int


class OwnersPreviewOut(Schema):
    """Who would get whom. `without`: the policy names nobody; `kept`: their owner was chosen by hand and stays."""

    shares: list[ShareOut]
    customers: int
    without: int
    kept: int
    more: bool


class OwnerRunOut(Schema):
    """The receipt of a giving of owners; `run_id` is null where nobody got another owner."""

    run_id: int | None
    customers: int
    more: bool


class TakenBackOut(Schema):
    """How many customers have their earlier owner back; `kept` got another one since and stay."""

    customers: int
    kept: int
