"""Half a space between Chinese and what is not Chinese, in sentences that are put together of parts."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

# Parts of a sentence: tags, dates (which have no space within), words that people typed (in bold), all else.
_PARTS = re.compile(r"<b>.*?</b>|<[^>]*>|\d+年(?:\d+月(?:\d+日)?)?|\d+月\d+日|&#?\w+;|.", re.DOTALL)
_DATE = re.compile(r"\d+[年月]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LETTER = re.compile("[0-9A-Za-z%¥$]")


def space_scripts(sentence: str) -> SafeString:
    """Return the HTML of a sentence with the spaces that Chinese typesetting asks for.

    What stands in bold was typed by people and stays as it is within; dates (2026年11月21日) have none.
    """
    written: list[str] = []
    before = ""  # the last character that is seen
    for part in _PARTS.findall(conditional_escape(sentence)):
        seen = part.removeprefix("<b>").removesuffix("</b>")
        if seen.startswith("<"):
            written.append(part)
            continue
        if not _DATE.match(part) and _meet(before, seen[:1]):
            written.append(" ")
        written.append(part)
        before = seen[-1:]  # of what is written as &…; the semicolon, which is neither
    return SafeString("".join(written))


def _meet(before: str, after: str) -> bool:
    """Tell whether one of two neighbours is Chinese and the other one a letter or a digit."""
    return bool(
        (_CHINESE.match(before) and _LETTER.match(after))
        or (_LETTER.match(before) and before not in "¥$" and _CHINESE.match(after))
    )
