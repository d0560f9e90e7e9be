"""What a custom field is, and what it may hold. Values are checked here and nowhere else.

In `Customer.custom` a value stands under the field's key: texts, dates (ISO) and choices as texts, several choices as a
list of keys, money as a whole number of minor units, numbers as texts of digits ("12.5"), yes or no as true or false,
customers and colleagues as ids. What is empty is not there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from zhike.customers.custom_fields import errors
from zhike.kit.text import tidy

PREFIX = "cf_"  # of the names by which lists, rules, imports and exports know a field
TEXTS = ("text", "long_text")
NUMBERS = ("number", "money", "formula")
REFERENCES = ("customer", "user")
SORTED = ("number", "money", "date")
CHOSEN = ("choice", "choices", "yes_no", "user")
UNIQUE = ("text",)
LENGTHS = {"text": 200, "long_text": 5000}
LARGEST = Decimal(10**15)
DECIMALS = 6
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HREF = r"https?://[^\s/$.?#][^\s]*"
PATTERNS = {
    "digits": re.compile(r"[0-9]+"),
    "letters_digits": re.compile(r"[A-Za-z0-9-]+"),
    "web_address": re.compile(_HREF, re.IGNORECASE),
    "credit_code": re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"),  # GB 32100
    "postcode": re.compile(r"[0-9]{6}"),
}

type Value = str | int | bool | list[str]


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One value to choose. A retired one stays where it is and can no longer be chosen."""

    key: str
    zh: str
    en: str = ""
    hue: str = "plain"
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """`least` and `most` are texts: a number, an amount, or a day."""

    least: str = ""
    most: str = ""
    decimals: int = 2
    length: int = 0
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field. `kinds` is the kind of customer that has it, empty for both."""

    key: str
    type: str
    zh: str = ""
    en: str = ""
    help_zh: str = ""
    help_en: str = ""
    kinds: str = ""
    required: bool = False
    unique: bool = False
    searchable: bool = False
    personal: bool = False
    default: Value | None = None
    limits: Limits = field(default_factory=Limits)
    choices: tuple[FieldChoice, ...] = ()
    formula: str = ""
    position: int = 0
    archived: bool = False
    id: int = 0

    @property
    def name(self) -> str:
        """Return the name by which lists, rules, imports and exports know the field."""
        return PREFIX + self.key

    @property
    def title(self) -> str:
        return self.zh or self.en

    def fits(self, kind: str) -> bool:
        """Tell whether customers of a kind have the field."""
        return not self.kinds or self.kinds == kind

    def choice(self, key: object) -> FieldChoice | None:
        return next((one for one in self.choices if one.key == key), None)


def clean_value(one: Definition, value: object, *, today: date | None = None) -> Value | None:
    """Return a value as it is stored; None for nothing. References are not looked up here.

    :raises FieldInvalid: a subclass that says what does not fit.
    """
    if one.type == "formula":
        raise errors.FormulaIsComputed(one)
    if value is None or value == [] or (isinstance(value, str) and not tidy(value)):
        return None
    match one.type:
        case "text" | "long_text":
            return _text(one, value)
        case "number":
            return plain_number(_number(one, value, one.limits.decimals))
        case "money":
            return _money(one, value)
        case "date":
            return _day(one, value)
        case "choice":
            return _choice(one, value)
        case "choices":
            return _choices(one, value)
        case "yes_no":
            return _yes_no(one, value)
    return _id(one, value)


def plain_number(number: Decimal) -> str:
    """Return a number in plain digits, without zeros that say nothing: 12.50 → "12.5"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def as_decimal(value: object) -> Decimal | None:
    """Return a number that somebody typed or sent; None where it is none."""
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _text(one: Definition, value: object) -> str:
    lines = [tidy(line) for line in str(value).splitlines()] if one.type == "long_text" else [tidy(str(value))]
    text = "\n".join(lines).strip()
    limit = min(one.limits.length or LENGTHS[one.type], LENGTHS[one.type])
    if len(text) > limit:
        raise errors.FieldTooLong(one, length=len(text), limit=limit)
    pattern = PATTERNS.get(one.limits.pattern)
    if pattern and not pattern.fullmatch(text):
        raise errors.NotOfPattern(one, value=text[:60])
    return text


def _number(one: Definition, value: object, decimals: int) -> Decimal:
    number = as_decimal(value)
    if number is None or abs(number) >= LARGEST:
        raise errors.NotANumber(one, value=str(value)[:60])
    if number != round(number, decimals):
        raise errors.TooManyDecimals(one, decimals=decimals)
    if one.type == "number":
        _within(one, number)
    return number


def _money(one: Definition, value: object) -> int:
    number = _number(one, value, 0)
    least, most = as_decimal(one.limits.least or "x"), as_decimal(one.limits.most or "x")
    if (least is not None and number < least) or (most is not None and number > most):
        raise errors.AmountOutOfBounds(one)
    return int(number)


def _within(one: Definition, number: Decimal) -> None:
    least, most = as_decimal(one.limits.least or "x"), as_decimal(one.limits.most or "x")
    if least is not None and number < least:
        raise errors.TooSmall(one, limit=one.limits.least)
    if most is not None and number > most:
        raise errors.TooLarge(one, limit=one.limits.most)


def _day(one: Definition, value: object) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise errors.NotADay(one, value=str(value)[:60]) from error
    text = day.isoformat()[:10]
    if one.limits.least and text < one.limits.least:
        raise errors.TooSmall(one, limit=one.limits.least)
    if one.limits.most and text > one.limits.most:
        raise errors.TooLarge(one, limit=one.limits.most)
    if not "1800-01-01" <= text < "2300-01-01":
        raise errors.NotADay(one, value=text)
    return text


def _choice(one: Definition, value: object) -> str:
    found = find_choice(one, value)
    if found is None or found.retired:
        raise errors.NoSuchChoice(one, value=str(value)[:60])
    return found.key


def _choices(one: Definition, value: object) -> list[str]:
    given = re.split("[,，;；、|]", value) if isinstance(value, str) else value
    if not isinstance(given, Sequence):
        raise errors.NoSuchChoice(one, value=str(value)[:60])
    chosen = {_choice(one, part) for part in given if str(part).strip()}
    return [choice.key for choice in one.choices if choice.key in chosen]


def find_choice(one: Definition, value: object) -> FieldChoice | None:
    """Return the choice that a key or a name in either language means."""
    text = tidy(str(value)).casefold()
    keyed = one.choice(tidy(str(value)))
    return keyed or next((each for each in one.choices if text in (each.zh.casefold(), each.en.casefold())), None)


YES = ("true", "yes", "y", "1", "是", "有", "√")
NO = ("false", "no", "n", "0", "否", "无", "×")


def _yes_no(one: Definition, value: object) -> bool:
    text = str(value).strip().casefold()
    if text not in (*YES, *NO):
        raise errors.NotYesOrNo(one, value=str(value)[:60])
    return text in YES


def _id(one: Definition, value: object) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise errors.NoSuchReference(one, value=text[:60])
    return int(text)


def missing(fields: Sequence[Definition], values: Mapping[str, object], kind: str) -> list[Definition]:
    """Return the required fields that a customer of a kind has no value in."""
    return [
        one for one in fields
        if one.required and not one.archived and one.type != "formula" and one.fits(kind) and one.key not in values
    ]  # fmt: skip
