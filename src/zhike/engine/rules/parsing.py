"""Rule text to rule. The grammar, in docs/guide/*/rules.md with examples:

rule       = every { "or" every }
every      = single { "and" single }
single     = "not" single | "(" rule ")" | ("all" | "any") "(" [ rule { "," rule } ] ")" | leaf
leaf       = trait comparison | class | bucket | sequence | measure
class      = "class" "(" scheme "," key { "|" key } [ "for" n "days" ] ")"
bucket     = "bucket" "(" text "," n "," n ")"
sequence   = "sequence" "(" happening "then" happening "within" n "days" [ window ] ")"
measure    = function "(" happening [ "of" property ] [ window ] [ against ] ")" [ comparison [ "days ago" ] ]
against    = "," "against" "last" "year"
happening  = fact [ "where" property comparison { "and" property comparison } ]
window     = "," ( "last" n unit | "from" day [ "to" day ] | "to" day | "calendar" unit [ "back" n ] )
"""

from collections.abc import Callable

from zhike.engine.rules.ast import (
    EVER,
    Against,
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    Happening,
    InClass,
    Measured,
    NotOf,
    Op,
    PropertyTest,
    Rule,
    Scalar,
    Sequence,
    Unit,
    Value,
    Window,
)
from zhike.engine.rules.comparisons import Reader
from zhike.engine.rules.printing import FUNCTIONS, Names
from zhike.engine.rules.tokens import NotRuleText, tokens
from zhike.engine.rules.traits import Trait, TraitType, fact_properties
from zhike.kit.registry import Registry

DEEPEST = 50
LONGEST = 200_000
_MEASURES = {word: measured for measured, word in FUNCTIONS.items()}
_UNITS = {f"{unit}{ending}": unit for unit in Unit for ending in ("", "s")}


def parse_rule(text: str, traits: Registry[Trait], names: Names | None = None) -> Rule:
    """Return the rule of a text. Whether traits and values fit is `check_rule`'s.

    :raises NotRuleText: with line, column and what was expected.
    """
    if len(text) > LONGEST:
        raise NotRuleText(text, 0, f"at most {LONGEST} characters", f"{len(text)}")
    parser = _Parser(Reader(text, list(tokens(text)), names or Names()), traits)
    found = parser.rule(0)
    parser.reader.end()
    return found


class _Parser:
    def __init__(self, reader: Reader, traits: Registry[Trait]) -> None:
        self.reader = reader
        self.traits = traits

    def rule(self, depth: int) -> Rule:
        parts = self._joined("or", lambda: self._every(depth))
        return parts[0] if len(parts) == 1 else AnyOf(parts)

    def _every(self, depth: int) -> Rule:
        parts = self._joined("and", lambda: self._single(depth))
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def _joined(self, word: str, read: Callable[[], Rule]) -> tuple[Rule, ...]:
        parts = [read()]
        while self.reader.takes(word):
            parts.append(read())
        return tuple(parts)

    def _single(self, depth: int) -> Rule:
        reader = self.reader
        if depth > DEEPEST:
            raise reader.expected("fewer brackets within one another")
        if reader.takes("not"):
            return NotOf(self._single(depth + 1))
        if reader.takes("("):
            found = self.rule(depth + 1)
            reader.take(")")
            return found
        for word, group in (("all", AllOf), ("any", AnyOf)):
            if reader.takes(word):
                return group(self._group(depth + 1))
        return self._leaf()

    def _group(self, depth: int) -> tuple[Rule, ...]:
        self.reader.take("(")
        parts: list[Rule] = []
        while not self.reader.takes(")"):
            if parts:
                self.reader.take(",")
            parts.append(self.rule(depth))
        return tuple(parts)

    def _leaf(self) -> Rule:
        reader = self.reader
        for word, read in (("class", self._in_class), ("bucket", self._bucket), ("sequence", self._sequence)):
            if reader.takes(word, before="("):
                return read()
        for word, measured in _MEASURES.items():
            if reader.takes(word, before="("):
                return self._did(measured)
        key = reader.name("a condition")
        trait = self.traits.get(key)
        kind = trait.type if trait else None
        op, value = reader.comparison(money=kind is TraitType.MONEY)
        return Condition(key, op, self._as_held(key, value))

    def _as_held(self, trait: str, value: Value) -> Value:
        def read(one: Scalar) -> Scalar:
            return self.reader.names.read(trait, one) if isinstance(one, str) else one

        return tuple(map(read, value)) if isinstance(value, tuple) else None if value is None else read(value)

    def _in_class(self) -> InClass:
        reader, names = self.reader, self.reader.names
        reader.take("(")
        scheme = reader.numbered("a customer management type", names.scheme_id)
        reader.take(",")
        classes: list[int] = []
        while not classes or reader.takes("|"):
            classes.append(reader.numbered("a class of that type", lambda key: names.class_id(scheme, key)))
        days = reader.days() if reader.takes("for") else 0
        reader.take(")")
        return InClass(scheme, tuple(classes), days)

    def _bucket(self) -> Bucket:
        reader = self.reader
        reader.take("(")
        salt = reader.text("the name of the draw in quotation marks")
        ends = []
        for _ in range(2):
            reader.take(",")
            ends.append(reader.number())
        reader.take(")")
        return Bucket(salt, ends[0], ends[1])

    def _sequence(self) -> Sequence:
        reader = self.reader
        reader.take("(")
        first = self._happening()
        reader.take("then")
        then = self._happening()
        reader.take("within")
        days = reader.days()
        window = self._window()
        reader.take(")")
        return Sequence(first, then, days, window)

    def _did(self, measured: Measured) -> Did:
        reader = self.reader
        reader.take("(")
        happening = self._happening()
        taken = reader.name("a property of the fact") if reader.takes("of") else ""
        window = self._window()
        against = self._against() if measured is Measured.TREND else Against.BEFORE
        reader.take(")")
        if measured is Measured.COUNT and not reader.at_comparison():
            return Did(happening, Op.GE, 1, measured, taken, window)
        if measured in (Measured.TREND, Measured.SHARE):
            op, value = reader.comparison(ending="%")
            return Did(happening, op, value, measured, taken, window, against)
        known = fact_properties.get(taken)
        op, value = reader.comparison(money=known is not None and known.type is TraitType.MONEY)
        if measured in (Measured.FIRST, Measured.LAST):
            reader.take("days")
            reader.take("ago")
        return Did(happening, op, value, measured, taken, window)

    def _against(self) -> Against:
        if not self.reader.takes(",", before="against"):
            return Against.BEFORE
        for word in ("against", "last", "year"):
            self.reader.take(word)
        return Against.YEAR

    def _happening(self) -> Happening:
        reader = self.reader
        fact = reader.name("a kind of fact")
        tests: list[PropertyTest] = []
        if reader.takes("where"):
            while not tests or reader.takes("and"):
                key = reader.name("a property of the fact")
                known = fact_properties.get(key)
                op, value = reader.comparison(money=known is not None and known.type is TraitType.MONEY)
                tests.append(PropertyTest(key, op, value))
        return Happening(fact, tuple(tests))

    def _window(self) -> Window:
        reader = self.reader
        if reader.at(",", "against") or not reader.takes(","):
            return EVER
        if reader.takes("last"):
            number = reader.whole(least=1)
            return Window(last=number, unit=self._unit())
        if reader.takes("calendar"):
            unit = self._unit()
            return Window(calendar=unit, back=reader.whole() if reader.takes("back") else 0)
        start = reader.day() if reader.takes("from") else ""
        end = reader.day() if reader.takes("to") else ""
        if not start and not end:
            raise reader.expected("a window: last 90 days, from 2026-01-01 to 2026-03-31, or calendar month")
        return Window(start=start, end=end)

    def _unit(self) -> Unit:
        token = self.reader.token
        if token.kind == "word" and token.value in _UNITS:
            self.reader.place += 1
            return _UNITS[token.value]
        raise self.reader.expected(f"one of {', '.join(Unit)}")
