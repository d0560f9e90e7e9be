"""Sentences of the command line. It speaks before the settings can load, so it looks its words up by itself."""

import gettext
import os
from functools import lru_cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


def shell_language() -> str:
    """Return `zh-hans` or `en`: ZHIKE_LANG, else what the shell's locale says."""
    told = next((os.environ[one] for one in ("ZHIKE_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(one)), "")
    return "zh-hans" if told.lower().startswith("zh") else "en"


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = {"zh-hans": "zh_Hans"}.get(language, language)
    return gettext.translation("django", LOCALE, languages=[folder], fallback=True)


class Phrase:
    """A sentence that is looked up when it is shown."""

    def __init__(self, english: str) -> None:
        self.english = english

    def __str__(self) -> str:
        return _catalogue(shell_language()).gettext(self.english)
