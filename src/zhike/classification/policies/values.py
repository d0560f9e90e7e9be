"""The value of a policy, from a form or from JSON, in its stored shape."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.customers.public import find_division, split_division
from zhike.kit.text import tidy

from .errors import PolicyWrong, UnknownField
from .kinds import FieldType, PolicyField, PolicyKind

MOST_AREAS = 500
EMPTY: tuple[Any, ...] = (None, "", [], ())


def clean_value(kind: PolicyKind, raw: Mapping[str, Any], *, people: set[int], teams: set[int]) -> dict[str, Any]:
    """Return what is stored of `raw`: known fields in their types, empty ones left out.

    `people` and `teams` are the ids that may be named.

    :raises PolicyWrong: for the first field that does not fit; `UnknownField` for one that the kind has not.
    """
    known = {one.key: one for one in kind.fields}
    if unknown := [key for key in raw if key not in known]:
        raise UnknownField(field=str(unknown[0])[:60], fields=", ".join(known))
    value = {}
    for one in kind.fields:
        given = raw.get(one.key)
        if isinstance(given, str):
            given = tidy(given)
        if given in EMPTY:
            if one.required:
                raise _wrong(one, _("is missing."))
            continue
        value[one.key] = _read(one, given, people, teams)
    if kind.check and (fault := kind.check(value)):
        raise _wrong(known[fault[0]], fault[1])
    return {key: one for key, one in value.items() if one is not False}


def _read(one: PolicyField, given: Any, people: set[int], teams: set[int]) -> Any:
    match one.type:
        case FieldType.PERSON:
            return _member(one, given, people, _("choose somebody who works here and looks after customers."))
        case FieldType.TEAM:
            return _member(one, given, teams, _("choose a team in which somebody looks after customers."))
        case FieldType.AREAS:
            return _areas(one, given, people, teams)
    return READERS[one.type](one, given)


def _whole(one: PolicyField, given: Any) -> int:
    number = _number(one, given)
    if number != int(number):
        raise _wrong(one, _("give a whole number."))
    return int(number)


def _percent(one: PolicyField, given: Any) -> str:
    number = _number(one, given)
    if number != round(number, 2):
        raise _wrong(one, _("give at most two decimal places."))
    return f"{number.normalize():f}"


def _number(one: PolicyField, given: Any) -> Decimal:
    try:
        number = Decimal(str(given)) if not isinstance(given, bool | list | dict) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise _wrong(one, _("give a number."))
    if not one.least <= number <= one.most:
        raise _wrong(one, _("give a number from {least} to {most}."), least=one.least, most=one.most)
    return number


def _text(one: PolicyField, given: Any) -> str:
    if not isinstance(given, str):
        raise _wrong(one, _("give a text."))
    if len(given) > one.most:
        raise _wrong(one, _("at most {most} characters fit here."), most=one.most)
    return given


def _choice(one: PolicyField, given: Any) -> str:
    if given not in [key for key, _label in one.choices]:
        raise _wrong(one, _("choose one of: {choices}."), choices=_keys(one))
    return str(given)


def _several(one: PolicyField, given: Any) -> list[str]:
    keys = [key for key, _label in one.choices]
    if not isinstance(given, list | tuple) or any(each not in keys for each in given):
        raise _wrong(one, _("choose among: {choices}."), choices=_keys(one))
    return [key for key in keys if key in given]


def _tick(one: PolicyField, given: Any) -> bool:
    if given not in (True, False, "on", "true", "false"):
        raise _wrong(one, _("say yes or no."))
    return given in (True, "on", "true")


READERS: Mapping[FieldType, Callable[[PolicyField, Any], Any]] = {
    FieldType.WHOLE: _whole,
    FieldType.MONEY: _whole,
    FieldType.PERCENT: _percent,
    FieldType.TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.SEVERAL: _several,
    FieldType.TICK: _tick,
}


def _member(one: PolicyField, given: Any, known: set[int], problem: Any) -> int:
    text = str(given)
    if not (text.isascii() and text.isdigit() and len(text) < 18 and int(text) in known):
        raise _wrong(one, problem)
    return int(text)


def _areas(one: PolicyField, given: Any, people: set[int], teams: set[int]) -> list[dict[str, str]]:
    if not isinstance(given, list | tuple) or len(given) > MOST_AREAS:
        raise _wrong(one, _("give a list of places, each with who has it."))
    found: dict[str, str] = {}
    for row in given:
        if not isinstance(row, Mapping) or not {"place", "to"} >= set(row):
            raise _wrong(one, _("give a list of places, each with who has it."))
        place, to = _place(one, str(row.get("place", ""))), str(row.get("to", ""))
        if place in found:
            raise _wrong(one, _("“{place}” is named twice."), place=str(row.get("place"))[:40])
        noun, _colon, number = to.partition(":")
        known = {"person": people, "team": teams}.get(noun, set())
        if not (number.isascii() and number.isdigit() and len(number) < 18 and int(number) in known):
            raise _wrong(one, _("choose who has “{place}”."), place=str(row.get("place"))[:40])
        found[place] = to
    return [{"place": place, "to": to} for place, to in sorted(found.items())]


def _place(one: PolicyField, text: str) -> str:
    division = split_division(find_division(text))
    code = division.city or division.province
    if not code or division.district:
        raise _wrong(one, _("“{place}” is no province or city that we know."), place=text[:40])
    return code


def _keys(one: PolicyField) -> str:
    return ", ".join(key for key, _label in one.choices if key)


def _wrong(one: PolicyField, problem: Any, **facts: object) -> PolicyWrong:
    return PolicyWrong(field=one.key, label=one.label, problem=str(problem).format(**facts))
