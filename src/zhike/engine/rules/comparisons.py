"""Reading rule text token by token: words, names, values, comparisons."""

from collections.abc import Callable
from decimal import Decimal

from zhike.engine.rules.ast import Op, Scalar, Value
from zhike.engine.rules.printing import BARE_WORDS, LIST_WORDS, ONE_WORDS, RESERVED, SIGNS, SPAN_WORDS, Names
from zhike.engine.rules.tokens import NotRuleText, Token

_LISTS = {tuple(words.split()): op for op, words in LIST_WORDS.items()}
_BARE = {tuple(words.split()): op for op, words in BARE_WORDS.items()}
_ONE = {tuple(words.split()): op for op, words in (SIGNS | ONE_WORDS).items()}
_SPANS = {tuple(words.split()): op for op, words in SPAN_WORDS.items()}
_FIRST = {words[0] for table in (_LISTS, _BARE, _ONE, _SPANS) for words in table} | {"between"}


class Reader:
    """The tokens of a text and the place where reading is. A `take…` refuses what is not there, a `takes` answers."""

    def __init__(self, text: str, found: list[Token], names: Names) -> None:
        self.whole_text = text
        self.found = found
        self.place = 0
        self.names = names

    @property
    def token(self) -> Token:
        return self.found[self.place]

    def expected(self, what: str, place: int | None = None) -> NotRuleText:
        token = self.token if place is None else self.found[place]
        shown = repr(token.value[:40]) if token.kind != "end" else ""
        return NotRuleText(self.whole_text, token.place, what, shown)

    def _is(self, word: str, ahead: int = 0) -> bool:
        token = self.found[min(self.place + ahead, len(self.found) - 1)]
        return token.kind in ("word", "sign") and token.value == word

    def at(self, *words: str) -> bool:
        """Tell whether these words or signs stand here, one after the other."""
        return self._starts(words)

    def takes(self, word: str, *, before: str = "") -> bool:
        """Step over a word or sign where it stands here (and `before` follows it); return whether it did."""
        there = self._is(word) and (not before or self._is(before, 1))
        self.place += there
        return there

    def take(self, word: str) -> None:
        if not self.takes(word):
            raise self.expected(f"“{word}”")

    def end(self) -> None:
        if self.token.kind != "end":
            raise self.expected("“and”, “or” or the end")

    def name(self, what: str) -> str:
        token = self.token
        if token.kind == "quoted" or (token.kind == "word" and token.value not in RESERVED):
            self.place += 1
            return token.value
        raise self.expected(what)

    def numbered(self, what: str, find: Callable[[str], int | None]) -> int:
        """Return an id: `#7`, or a name that `find` knows."""
        if self.takes("#"):
            return self.whole()
        key = self.name(what)
        number = find(key)
        if number is None:
            raise self.expected(what, self.place - 1)
        return number

    def text(self, what: str) -> str:
        if self.token.kind != "text":
            raise self.expected(what)
        self.place += 1
        return self.found[self.place - 1].value

    def day(self) -> str:
        if self.token.kind != "date":
            raise self.expected("a day such as 2026-11-22")
        self.place += 1
        return self.found[self.place - 1].value

    def number(self) -> int | str:
        """Return a number as a document has it: whole ones as int, others as text."""
        if self.token.kind != "number":
            raise self.expected("a number")
        self.place += 1
        return _plain(Decimal(self.found[self.place - 1].value))

    def whole(self, *, least: int = 0) -> int:
        place, found = self.place, self.number()
        if not isinstance(found, int) or found < least:
            raise self.expected(f"a whole number from {least}", place)
        return found

    def days(self) -> int:
        """Return the number in "7 days"."""
        found = self.whole(least=1)
        self.take("days")
        return found

    def at_comparison(self) -> bool:
        token = self.token
        return (token.kind in ("word", "sign") and token.value in _FIRST) or self._starts(("not", "in"))

    def _starts(self, words: tuple[str, ...]) -> bool:
        return all(self._is(word, place) for place, word in enumerate(words))

    def _one_of(self, table: dict[tuple[str, ...], Op]) -> Op | None:
        for words, op in table.items():
            if self._starts(words):
                self.place += len(words)
                return op
        return None

    def comparison(self, *, money: bool = False, ending: str = "") -> tuple[Op, Value]:
        """Return how is compared and with what; amounts of money in minor units, each number before its `ending`."""
        if self.takes("between"):
            low = self._ended(ending, money=money)
            self.take("and")
            return Op.BETWEEN, (low, self._ended(ending, money=money))
        if op := self._one_of(_SPANS):
            return op, self.days()
        if op := self._one_of(_BARE):
            return op, None
        if op := self._one_of(_LISTS):
            return op, self._values(money=money)
        if op := self._one_of(_ONE):
            return op, self._ended(ending, money=money)
        raise self.expected("a comparison such as =, >=, in, between, contains or is empty")

    def _ended(self, ending: str, *, money: bool) -> Scalar:
        found = self.value(money=money)
        if ending:
            self.take(ending)
        return found

    def _values(self, *, money: bool) -> tuple[Scalar, ...]:
        self.take("(")
        values = [self.value(money=money)]
        while self.takes(","):
            values.append(self.value(money=money))
        self.take(")")
        return tuple(values)

    def value(self, *, money: bool) -> Scalar:
        token = self.token
        if token.kind in ("text", "date"):
            if money:  # a text would be read as minor units, a number beside it as whole ones
                raise self.expected("a number")
            self.place += 1
            return token.value
        if token.kind == "number":
            self.place += 1
            number = Decimal(token.value)
            return _plain(number.scaleb(self.names.decimals) if money else number)
        raise self.expected("a text in quotation marks, a number or a day")


def _plain(number: Decimal) -> int | str:
    if number == number.to_integral_value():
        return int(number)
    return f"{number.normalize():f}"
