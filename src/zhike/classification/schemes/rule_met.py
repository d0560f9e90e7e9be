"""What the editor says of a whole rule: who meets it, and its text."""

from typing import Any

from zhike.accounts.public import Actor
from zhike.classification.rule_language.asking import count_members
from zhike.classification.rule_language.names import get_names
from zhike.engine.public import rule_from_json, rule_text, traits
from zhike.kit.errors import Refusal

from .tree import WRITTEN

SAMPLE = 6


def find_met(document: dict[str, Any], *, actor: Actor) -> dict[str, Any] | None:
    """Return how many meet a rule and some of them whom the actor may see; None while it cannot be computed."""
    try:
        return count_members(rule=rule_from_json(document), as_of=None, sample=SAMPLE, actor=actor)
    except Refusal:
        return None


def text_of(document: dict[str, Any] | None) -> str:
    """Return a rule as text; empty where there is none, or where a condition of it cannot be said yet."""
    if not document or f"'{WRITTEN}'" in str(document):
        return ""
    return rule_text(rule_from_json(document), traits, get_names())
