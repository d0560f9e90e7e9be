"""Rules as people and programs give them, text or JSON, read with the names that this organisation uses."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import override

from zhike.accounts.public import get_organisation
from zhike.classification.errors import RuleTextWrong, RuleWithProblems
from zhike.classification.schemes.rule_checks import find_problems, well_formed
from zhike.classification.schemes.wording import plain_sentence
from zhike.classification.schemes.words import problem_sentence
from zhike.engine.public import NotRuleText, Rule, parse_rule, rule_from_json, rule_text, rule_to_json, traits

from .expected import expected_words
from .names import get_names

LANGUAGES = ("zh-hans", "en")


def read_rule(*, text: str = "", document: Any = None) -> Rule:
    """Return a sound rule, from its text or else from its JSON (a document, or a node alone).

    :raises RuleTextWrong: if the text cannot be read. :raises RuleWithProblems: if the JSON cannot, or a leaf is wrong.
    """
    if text or document is None:
        try:
            rule = parse_rule(text, traits, get_names())
        except NotRuleText as error:
            raise _text_wrong(error) from error
        document = rule_to_json(rule)
    elif isinstance(document, Mapping) and "rule" not in document:
        document = {"version": 2, "rule": document}
    kept = well_formed(document)
    if problems := find_problems(kept):
        facts = [
            {"path": one.path, "code": one.code, "sentence": str(problem_sentence(one)), "reason": one.reason}
            for one in problems
        ]
        first = f"{facts[0]['sentence']} ({problems[0].path})"
        raise RuleWithProblems(first=first, count=len(facts), problems=facts)
    return rule_from_json(kept)


def _text_wrong(error: NotRuleText) -> RuleTextWrong:
    return RuleTextWrong(
        line=error.line, column=error.column, expected=expected_words(error.expected), found=error.found or "∎"
    )


def tell_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule in all its forms: document, text, and the sentence in each language."""
    document = rule_to_json(rule)
    currency = get_organisation().currency
    sentences = {}
    for language in LANGUAGES:
        with override(language):
            sentences[language] = plain_sentence(document, currency=currency)
    return {
        "rule": document,
        "text": rule_text(rule, traits, get_names()),
        "sentence": {"zh": sentences["zh-hans"], "en": sentences["en"]},
    }
