"""Sentences that are kept to be read later, by people of either language: the English one with what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext, override

type Fact = str | int | float


@dataclass(frozen=True, slots=True)
class Said:
    """`str()` gives it in the reader's language."""

    sentence: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.sentence).format(**self.facts)


def keep_words(sentence: object, facts: Mapping[str, object]) -> Said:
    """Return a sentence, also one that is translated when it is shown, as it can be kept."""
    with override(None):
        english = str(sentence)
    return Said(english, {key: one if isinstance(one, int | float) else str(one) for key, one in facts.items()})
