"""Rule text cut into tokens, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKENS = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:[^"\\]|\\.)*"|“(?:[^”\\]|\\.)*”)
    |(?P<quoted>`(?:[^`\\]|\\.)*`)
    |(?P<date>\d{4}-\d{2}-\d{2}(?![\w-]))
    |(?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    |(?P<word>[^\W\d]\w*(?:[.-]\w+)*)
    |(?P<sign><=|>=|!=|[=<>(),|\#%（），＝＜＞｜％])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
FULL_WIDTH = str.maketrans("（），＝＜＞｜％", "(),=<>|%")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is word, quoted (a name in backticks), text, number, date, sign or end; `value` without quotes."""

    kind: str
    value: str
    place: int


class NotRuleText(ValueError):
    """The text is no rule: where (line and column from 1), and what was expected there."""

    def __init__(self, text: str, place: int, expected: str, found: str = "") -> None:
        self.place = place
        self.line = text.count("\n", 0, place) + 1
        self.column = place - text.rfind("\n", 0, place)
        self.expected = expected
        self.found = found
        super().__init__(f"line {self.line}, column {self.column}: expected {expected}, found {found or 'the end'}")


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a rule text, the end as the last.

    :raises NotRuleText: at a character that begins none.
    """
    place = 0
    while place < len(text):
        found = _TOKENS.match(text, place)
        if found is None:
            wanted = "a text that ends with a quotation mark" if text[place] in '"“`' else "a condition"
            raise NotRuleText(text, place, wanted, text[place])
        kind = found.lastgroup or ""
        if kind != "space":
            value = found.group()
            unquoted = _unquoted(value) if kind in ("text", "quoted") else value.translate(FULL_WIDTH)
            yield Token(kind, unquoted, place)
        place = found.end()
    yield Token("end", "", len(text))


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), value[1:-1], flags=re.DOTALL)


def quote(value: str, mark: str = '"') -> str:
    """Return a text as a token that reads back the same."""
    inner = value.replace("\\", "\\\\").replace(mark, f"\\{mark}")
    for letter, character in _ESCAPES.items():
        inner = inner.replace(character, f"\\{letter}")
    return f"{mark}{inner}{mark}"
