"""What a class can get. A kind of policy names its fields; other rooms add theirs to the registry `policy_kinds`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from zhike.kit.registry import Registry

type Text = str | Promise


class FieldType(StrEnum):
    """How a field is typed in, and what its value is in JSON."""

    WHOLE = "whole"  # an integer
    PERCENT = "percent"  # a decimal as text, at most two places: "12.5"
    MONEY = "money"  # minor units of the organisation's currency
    TEXT = "text"
    CHOICE = "choice"  # a key of `choices`
    SEVERAL = "several"  # keys of `choices`
    TICK = "tick"  # true or false
    PERSON = "person"  # id of a user
    TEAM = "team"  # id of a team
    AREAS = "areas"  # [{"place": "330000", "to": "person:3" or "team:2"}, …], the finest place decides


@dataclass(frozen=True, slots=True)
class PolicyField:
    """`least` and `most` bound whole numbers, percent and money (in its minor units), and `most` the length of text."""

    key: str
    label: Text
    type: FieldType
    required: bool = False
    least: int = 0
    most: int = 100
    choices: tuple[tuple[str, Text], ...] = ()
    unit: Text = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What people, teams and money are called in the reader's language, for `words`."""

    people: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    currency: str = ""


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """One respect in which classes are treated differently.

    `words` says a value in one short phrase; without it the fields are named one after the other. `check` compares
    fields with each other and returns the key of the field at fault and a sentence, or None. `is_price` kinds decide
    what somebody pays or gets for it: personal traits may not lead to them (Personal Information Protection Law of
    China, article 24).
    """

    key: str
    label: Text
    meaning: Text
    icon: str
    fields: tuple[PolicyField, ...]
    words: Callable[[Mapping[str, Any], Names], str] | None = None
    check: Callable[[Mapping[str, Any]], tuple[str, Text] | None] | None = None
    is_price: bool = False


policy_kinds: Registry[PolicyKind] = Registry("policy kinds")
# Traits about a person's self: no price or discount may follow from them. Rooms that add traits add such keys here.
personal_traits: Registry[str] = Registry("personal traits")
