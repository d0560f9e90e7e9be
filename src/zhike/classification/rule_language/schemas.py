"""Forms of the rules in the API."""

from datetime import date
from typing import Any

from ninja import Field, Schema

from zhike.api.public import Input
from zhike.classification import examples
from zhike.classification.examples import shown


class RuleIn(Input):
    """A rule as text or as JSON (`{"version": 3, "rule": node}`); one of the two."""

    model_config = shown({"text": examples.RULE_TEXT})

    text: str = Field("", max_length=200_000, examples=['city in ("杭州市") and did(purchase, last 90 days) >= 3'])
    rule: dict[str, Any] | None = None


class Sentence(Schema):
    zh: str
    en: str


class RuleOut(Schema):
    """A sound rule: as JSON, as text, and said in both languages."""

    rule: dict[str, Any]
    text: str
    sentence: Sentence


class RuleAsked(RuleIn):
    """`as_of`: another day of judgement than the last run's; `sample`: how many customers to name."""

    model_config = shown({"rule": examples.RULE, "as_of": "2026-06-30", "sample": 5})

    as_of: date | None = None
    sample: int = Field(5, ge=0, le=50)


class Sampled(Schema):
    id: int
    name: str


class RuleCount(Schema):
    """How many of all customers meet the rule, and some of them whom the asker may see."""

    count: int
    as_of: date
    sample: list[Sampled]
    milliseconds: int


class RuleMembers(Schema):
    """Ids of customers who meet the rule and whom the asker may see, in order; `next` is `after` of the next page."""

    count: int
    as_of: date
    ids: list[int]
    next: int | None


class MembersAsked(RuleIn):
    model_config = shown({"text": examples.RULE_TEXT, "after": 0, "limit": 1000})

    as_of: date | None = None
    after: int = 0
    limit: int = Field(1000, ge=1, le=10_000)


class TraitOut(Schema):
    """What a rule may ask of a customer: the comparisons that fit, and values to choose from where there are few."""

    key: str
    label: str
    type: str
    form: str
    ops: list[str]
    choices: list[tuple[str, str]]


class FactOut(Schema):
    key: str
    label: str


class PropertyOut(Schema):
    key: str
    label: str
    type: str
    ops: list[str]


class LanguageOut(Schema):
    """The rule language: its version, what may be asked, and the limits. `document` is a JSON Schema of a rule."""

    version: int
    traits: list[TraitOut]
    facts: list[FactOut]
    properties: list[PropertyOut]
    measures: list[str]
    against: list[str]
    units: list[str]
    ops: dict[str, str]
    limits: dict[str, int]
    document: dict[str, Any]
