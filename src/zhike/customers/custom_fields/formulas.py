"""Formulas: a small expression over other fields and figures. Parsed into frozen values; nothing is ever run as code.

`seats * price`, `value / frequency`, `empty(discount, 0) + 5`; + - * / and brackets, `empty(a, b)`: b where a is empty,
`least(a, b)`, `most(a, b)`. What is computed from something empty, or divided by nothing, is empty. Steps keep six
decimal places, see `engine/rules/formulas.py`.

Amounts and numbers are told apart: amount ± amount, amount × number and amount / number are amounts, amount / amount is
a number; amount ± number is refused, but a number written out beside an amount is one (in whole units).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from zhike.engine.public import Fixed, Joined, Steps, as_millionths

LONGEST, MOST_PARTS, DEEPEST = 500, 24, 12
FIGURES = {"employees": "number", "value": "money", "frequency": "number"}  # of the profile and of the list
FUNCTIONS = ("empty", "least", "most")
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>[-+*/(),]))")


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    key: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`sign` is + - * /; a minus before something is 0 - something."""

    sign: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    left: "Formula"
    right: "Formula"


type Formula = Number | Name | Operation | Call


class Unreadable(ValueError):
    """The text is no formula. `reason` is a key of `wording.FORMULA_REASONS`; `place` counts characters from 1."""

    def __init__(self, reason: str, place: int, at: str) -> None:
        super().__init__(f"{reason} at {place}: {at}")
        self.reason, self.place, self.at = reason, place, at


def parse_formula(text: str) -> Formula:
    """:raises Unreadable: if the text is not a formula, or a larger one than anybody reads."""
    if len(text) > LONGEST:
        raise Unreadable("too_long", LONGEST, text[LONGEST : LONGEST + 10])
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.place, self.tokens = text, 0, self._cut(text)
        self.deep = 0

    def _cut(self, text: str) -> list[tuple[str, str, int]]:
        found, place = [], 0
        while text[place:].strip():
            token = _TOKEN.match(text, place)
            if token is None:
                at = place + len(text[place:]) - len(text[place:].lstrip())
                raise Unreadable("unknown_sign", at + 1, text[at : at + 10])
            kind = token.lastgroup or ""
            found.append((kind, token[kind], token.start(kind) + 1))
            place = token.end()
        if len(found) > MOST_PARTS * 3:
            raise Unreadable("too_long", found[MOST_PARTS * 3][2], found[MOST_PARTS * 3][1])
        return found

    def read(self) -> Formula:
        found = self._sum()
        if self.place < len(self.tokens):
            raise self._wrong("unexpected")
        return found

    def _sum(self) -> Formula:
        self.deep += 1
        if self.deep > DEEPEST:
            raise self._wrong("too_deep")
        found = self._product()
        while self._sign() in ("+", "-"):
            found = Operation(self._take(), found, self._product())
        self.deep -= 1
        return found

    def _product(self) -> Formula:
        found = self._part()
        while self._sign() in ("*", "/"):
            found = Operation(self._take(), found, self._part())
        return found

    def _part(self) -> Formula:
        if self.place >= len(self.tokens):
            raise Unreadable("ends_early", len(self.text) + 1, "")
        kind, text, _place = self.tokens[self.place]
        if text == "-":
            self.place += 1
            self.deep += 1
            if self.deep > DEEPEST:
                raise self._wrong("too_deep")
            part = self._part()
            self.deep -= 1
            return Operation("-", Number(Decimal(0)), part)
        if text == "(":
            self.place += 1
            found = self._sum()
            self._expect(")")
            return found
        if kind == "sign":
            raise self._wrong("unexpected")
        self.place += 1
        if kind == "number":
            return Number(Decimal(text))
        return self._call(text) if self._sign() == "(" else Name(text)

    def _call(self, name: str) -> Formula:
        if name not in FUNCTIONS:
            self.place -= 1
            raise self._wrong("unknown_function")
        self._expect("(")
        left = self._sum()
        self._expect(",")
        right = self._sum()
        self._expect(")")
        return Call(name, left, right)

    def _sign(self) -> str:
        kind, text, _place = self.tokens[self.place] if self.place < len(self.tokens) else ("", "", 0)
        return text if kind == "sign" else ""

    def _take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1][1]

    def _expect(self, sign: str) -> None:
        if self._sign() != sign:
            raise self._wrong("ends_early" if self.place >= len(self.tokens) else "unexpected")
        self.place += 1

    def _wrong(self, reason: str) -> Unreadable:
        if self.place >= len(self.tokens):
            return Unreadable("ends_early", len(self.text) + 1, "")
        _kind, text, place = self.tokens[self.place]
        return Unreadable(reason, place, text)


def names_in(formula: Formula) -> list[str]:
    """Return the names that a formula asks for, each once, in reading order."""
    match formula:
        case Name(key):
            return [key]
        case Operation(_, left, right) | Call(_, left, right):
            return list(dict.fromkeys([*names_in(left), *names_in(right)]))
    return []


def type_of(formula: Formula, type_of_name: Callable[[str], str]) -> str:
    """Return "number" or "money". `type_of_name` gives a name's, "" for one that is not known.

    :raises Unreadable: if a name is unknown, or amounts and numbers are mixed where that means nothing.
    """
    match formula:
        case Number():
            return "number"
        case Name(key):
            if not (found := type_of_name(key)):
                raise Unreadable("unknown_name", 1, key)
            return found
        case Operation("*", left, right):
            both = (type_of(left, type_of_name), type_of(right, type_of_name))
            if both == ("money", "money"):
                raise Unreadable("amount_by_amount", 1, "*")
            return "money" if "money" in both else "number"
        case Operation("/", left, right):
            both = (type_of(left, type_of_name), type_of(right, type_of_name))
            if both == ("number", "money"):
                raise Unreadable("number_by_amount", 1, "/")
            return "money" if both == ("money", "number") else "number"
        case Operation(_, left, right) | Call(_, left, right):
            return _alike(left, right, type_of_name)
    raise TypeError(formula)


def _alike(left: Formula, right: Formula, type_of_name: Callable[[str], str]) -> str:
    both = {type_of(left, type_of_name), type_of(right, type_of_name)}
    if len(both) == 1:
        return both.pop()
    if isinstance(left, Number) or isinstance(right, Number):
        return "money"
    raise Unreadable("mixed", 1, "+")


def steps_of(formula: Formula, held: Callable[[str], Steps], types: Callable[[str], str], scale: int) -> Steps:
    """Return what rules and pages compute, amounts in minor units (`scale` to the whole); `held` gives a name's part.

    :raises Unreadable: if amounts and numbers are mixed where that means nothing, or a number is too large.
    """
    match formula:
        case Number(value):
            return _fixed(value)
        case Name(key):
            return held(key)
    left, right = (steps_of(part, held, types, scale) for part in (formula.left, formula.right))
    sign = formula.function if isinstance(formula, Call) else formula.sign
    if sign not in ("*", "/") and type_of(formula, types) == "money":
        left, right = (
            _fixed(part.value * scale) if isinstance(part, Number) else steps
            for part, steps in ((formula.left, left), (formula.right, right))
        )
    return Joined(sign, left, right)


def _fixed(value: Decimal) -> Fixed:
    found = as_millionths(value)
    if found is None:
        raise Unreadable("number_too_large", 1, f"{value:f}"[:20])
    return Fixed(found)


def find_circle(formulas: Mapping[str, Formula]) -> list[str]:
    """Return the keys along a circle in which formulas ask for each other, its first again at the end; else nothing."""
    done: set[str] = set()

    def follow(key: str, way: list[str]) -> list[str]:
        if key in way:
            return [*way[way.index(key) :], key]
        if key in done or key not in formulas:
            return []
        for name in names_in(formulas[key]):
            if found := follow(name, [*way, key]):
                return found
        done.add(key)
        return []

    return next((found for key in formulas if (found := follow(key, []))), [])
