"""The shapes that the API of classification takes and gives."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from zhike.api.public import Input, Instant
from zhike.classification import examples
from zhike.classification.examples import shown


class ClassOut(Schema):
    """A class of a scheme. `hue` is a name of the palette."""

    id: int
    key: str
    name: str
    name_zh: str
    name_en: str
    meaning: str
    hue: str
    position: int


class SchemeRow(Schema):
    """A customer management type. `version` is the one in force, 0 before the first.

    `overlapping`: customers are in every class whose rule they meet, and count in each.
    """

    id: int
    key: str
    name: str
    name_zh: str
    name_en: str
    meaning: str
    kind: str
    overlapping: bool
    status: str
    built_in: bool
    version: int


class VersionOut(Schema):
    """How a scheme sorts: thresholds by kind, and rules by class key."""

    number: int
    parameters: dict[str, Any]
    rules: dict[str, Any]
    applied_at: datetime | None


class SchemeOut(SchemeRow):
    """A scheme with its classes, the version in force and the draft, where there are such."""

    classes: list[ClassOut]
    in_force: VersionOut | None
    draft: VersionOut | None
    draft_mark: str


class SchemeIn(Input):
    """A new scheme: `kind` is rule or hand.

    `overlapping`, for rules only: customers are in every class whose rule they meet, not in the first; for ever.
    """

    model_config = shown(examples.SCHEME)

    key: str = Field(max_length=100)
    kind: str = Field(max_length=20)
    overlapping: bool = False
    name_zh: str = Field("", max_length=200)
    name_en: str = Field("", max_length=200)
    meaning_zh: str = Field("", max_length=1000)
    meaning_en: str = Field("", max_length=1000)


class NamesIn(Input):
    model_config = shown(examples.NAMES)

    name_zh: str = Field("", max_length=200)
    name_en: str = Field("", max_length=200)
    meaning_zh: str = Field("", max_length=1000)
    meaning_en: str = Field("", max_length=1000)


class DraftIn(Input):
    """Changes to how a scheme sorts; what is left out stays. With `seen`, the `draft_mark` of the scheme that was read,
    they are refused where somebody has saved since.
    """

    model_config = shown(examples.DRAFT)

    parameters: dict[str, Any] | None = None
    rules: dict[str, Any] | None = None
    seen: str | None = Field(None, max_length=40)


class PreviewIn(DraftIn):
    """What to try, on top of the draft or what is in force; `as_of`: another day of judgement."""

    model_config = shown(examples.PREVIEW)

    as_of: date | None = None


class ClassIn(Input):
    model_config = shown(examples.CLASS)

    key: str = Field(max_length=100)
    name_zh: str = Field("", max_length=200)
    name_en: str = Field("", max_length=200)
    hue: str = Field("plain", max_length=20)


class ClassChange(NamesIn):
    model_config = shown(examples.NAMES | {"hue": "teal"})

    hue: str = Field("plain", max_length=20)


class ClassCountOut(Schema):
    """Customers in a class, with what was tried and now."""

    key: str
    customers: int
    now: int


class MoveOut(Schema):
    """Customers who would go from one class to another; null: no class."""

    before: str | None
    after: str | None
    customers: int


class PreviewOut(Schema):
    as_of: date
    customers: int
    classes: list[ClassCountOut]
    moves: list[MoveOut]
    moved: int
    seconds: float


class MemberOut(Schema):
    """A customer in a class, since when."""

    customer_id: int
    name: str
    since: datetime
    rule_version: int


class ReasonOut(Schema):
    label: str
    value: str
    note: str


class SaysOut(Schema):
    """What the rule says where something else holds; `cause` is override, stay, margin, grace, approval or declined."""

    class_id: int | None
    key: str | None
    cause: str
    due_at: datetime | None


class HeldOut(Schema):
    """A class that a customer is in now, and why. `source` is rule, computed, hand or override (above the rule)."""

    scheme: str
    class_id: int
    key: str
    name: str
    hue: str
    since: datetime
    rule_version: int
    source: str
    evidence: dict[str, Any] | None
    rule_says: SaysOut | None
    reasons: list[ReasonOut]


class IntervalOut(Schema):
    """One stretch of a customer's history in a scheme; `until` is null while it lasts.

    `left` says why it ended: rule, hand, overridden, kept_out, override_ended, retired, merged, erased, approved; null
    where it lasts, or ended before reasons were kept.
    """

    scheme: str
    class_id: int
    key: str
    since: datetime
    until: datetime | None
    left: str | None
    rule_version: int
    source: str
    evidence: dict[str, Any] | None


class KeptOutOut(Schema):
    """A class of which a person keeps the customer out, whatever its rule says; `until` is null while it lasts.

    `ends_at`: when it is to end, null: when somebody takes it off. `ended`: why it did: time, removed, replaced,
    retired, merged, class_retired. `rule_met`: whether its rule has the customer in it, while it lasts.
    """

    scheme: str
    class_id: int
    key: str
    name: str
    reason: str
    by: str | None
    since: datetime
    ends_at: datetime | None
    until: datetime | None
    ended: str | None
    rule_met: bool


class ClassesThenOut(Schema):
    """The classes that held at an instant, and of which ones a person kept the customer out."""

    at: datetime
    classes: list[IntervalOut]
    kept_out: list[KeptOutOut]


class OverrideIn(Input):
    """A class above what the rule says; without `ends_at` until somebody takes it off.

    `kept_out`: of a type whose classes overlap, the customer is not put into that class but kept out of it.
    """

    model_config = shown(examples.OVERRIDE)

    class_id: int
    reason: str = Field(max_length=1000)
    ends_at: Instant | None = None
    kept_out: bool = False


class WaitingOut(Schema):
    """A move that waits for a person's yes; null stands for no class."""

    customer_id: int
    customer: str
    scheme: str
    held_class_id: int | None
    class_id: int | None
    since: datetime


class DecisionIn(Input):
    """`class_id` is the class that the waiting move leads to; if the rule says something else by now, 409.

    `out_of`: where classes overlap and the move leads to none, the class that would be left (`held_class_id`).
    """

    model_config = shown(examples.DECISION)

    scheme: str = Field(max_length=100)
    class_id: int | None
    out_of: int | None = None
    approve: bool
    reason: str = Field("", max_length=1000)


class SteadinessOut(Schema):
    """What keeps a scheme's classes from changing too soon or unasked. Class ids in `ask_into` and `ask_out_of`."""

    stay_days: int
    grace_days: int
    leave_percent: int
    ask_into: list[int]
    ask_out_of: list[int]


class SteadinessIn(Input):
    model_config = shown(examples.STEADINESS)

    stay_days: int = 0
    grace_days: int = 0
    leave_percent: int = 0
    ask_into: list[int] = Field([], max_length=500)
    ask_out_of: list[int] = Field([], max_length=500)


class TellingOut(Schema):
    """Owner and followers are told of moves into the classes `tell_into` and out of the classes `tell_out_of`."""

    tell_into: list[int]
    tell_out_of: list[int]


class TellingIn(Input):
    """Ids of classes of the scheme; none: nobody is told."""

    model_config = shown(examples.TELLING)

    tell_into: list[int] = Field([], max_length=500)
    tell_out_of: list[int] = Field([], max_length=500)


class WaitsOut(Schema):
    """A move that waits for a person's yes: out of `held_class_id` (null: in none), into `class_id` (null: none)."""

    scheme: str
    held_class_id: int | None
    class_id: int | None


class CustomerClassesOut(Schema):
    """`kept_out`: classes of which a person keeps, or kept, the customer out, newest first.

    `waiting`: moves that wait for approval; until somebody says yes, the customer stays where they are.
    """

    as_of: date | None
    current: list[HeldOut]
    history: list[IntervalOut]
    kept_out: list[KeptOutOut]
    waiting: list[WaitsOut]


class AssignIn(Input):
    """A class of a scheme that is kept by hand; null takes the customer out of it."""

    model_config = shown(examples.ASSIGN)

    scheme: str = Field(max_length=100)
    class_id: int | None = None
    reason: str = Field(max_length=1000)


class RunOut(Schema):
    """One run of the classification."""

    id: int
    as_of: date
    status: str
    started_at: datetime
    finished_at: datetime | None
    customers: int
    changed: int
    report: dict[str, Any]


class Asked(Schema):
    """The worker was asked to classify."""

    asked: bool
