"""What a customer's fields may hold."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zhike.customers.errors import BadValue, BirthdayInFuture, NameMissing, TooLong, TooManyTags
from zhike.kit.text import comparable, tidy

NAME_LENGTH = 300
TAGS = 50
TAG_LENGTH = 60
KINDS = ("person", "company")
GENDERS = ("", "female", "male", "other")
TEXT_FIELDS = {"industry": 100, "source": 100}
EMPLOYEES = 10_000_000
_COMPANY = re.compile(
    "公司|集团|厂$|商行|商店|超市|酒店|医院|学校|大学|中学|小学|银行|事务所|合作社|工作室|经营部|研究院|研究所|中心$|协会|店$|馆$"
    r"|\b(inc|ltd|llc|gmbh|co|corp|corporation|company|limited|plc|ag|kg|sa|srl|bv|oy|ab|pty|group|holdings?)\b\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the profile that can be edited in place; `kinds` are the kinds of customer that have it."""

    key: str
    kinds: tuple[str, ...] = KINDS


FIELDS = {
    one.key: one
    for one in (
        Field("name"),
        Field("kind"),
        Field("gender", ("person",)),
        Field("birthday", ("person",)),
        Field("industry", ("company",)),
        Field("employees", ("company",)),
        Field("source"),
        Field("tags"),
        Field("owner"),
    )
}


def clean_fields(given: Mapping[str, object], *, today: date) -> dict[str, object]:
    """Return profile fields as they are stored, unknown ones refused; `owner` passes through.

    :raises Invalid: a subclass that names the field at fault.
    """
    return {key: _clean(key, value, today) for key, value in given.items()}


def clean_name(value: object) -> str:
    """:raises NameMissing: if nothing visible is left. :raises TooLong: past 300 characters."""
    name = tidy(str(value if value is not None else ""))
    if not name:
        raise NameMissing
    if len(name) > NAME_LENGTH:
        raise TooLong(field="name", length=len(name), limit=NAME_LENGTH)
    return name


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags tidied, each once, in the order given. :raises TooManyTags: past 50."""
    kept: dict[str, str] = {}
    for one in tags:
        tag = tidy(str(one))
        if len(tag) > TAG_LENGTH:
            raise TooLong(field="tags", length=len(tag), limit=TAG_LENGTH)
        if tag:
            kept.setdefault(comparable(tag), tag)
    if len(kept) > TAGS:
        raise TooManyTags(count=len(kept), limit=TAGS)
    return list(kept.values())


def clean_text(value: object, *, field: str, limit: int) -> str:
    """Return a text tidied. :raises TooLong: past `limit`. :raises BadValue: if nothing is left."""
    text = tidy(str(value if value is not None else ""))
    if len(text) > limit:
        raise TooLong(field=field, length=len(text), limit=limit)
    if not text:
        raise BadValue(field=field, value=value)
    return text


def guess_kind(name: str) -> str:
    """Return "company" where a name says so, else "person"."""
    return "company" if _COMPANY.search(name) else "person"


def _clean(key: str, value: object, today: date) -> object:
    match key:
        case "name":
            return clean_name(value)
        case "kind" | "gender":
            return _one_of(key, str(value or ""), KINDS if key == "kind" else GENDERS)
        case "birthday":
            return _birthday(value, today)
        case "employees":
            return _employees(value)
        case "tags":
            return clean_tags(_parts(value))
        case "owner" | "sample":
            return value
        case "industry" | "source":
            return _text(key, value)
    raise BadValue(field=key, value=value)


def _parts(value: object) -> list[str]:
    if isinstance(value, str):
        return re.split("[,，;；]", value)
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _text(key: str, value: object) -> str:
    text = tidy(str(value if value is not None else ""))
    if len(text) > TEXT_FIELDS[key]:
        raise TooLong(field=key, length=len(text), limit=TEXT_FIELDS[key])
    return text


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadValue(field=key, value=value)
    return value


def _birthday(value: object, today: date) -> date | None:
    if value in (None, ""):
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise BadValue(field="birthday", value=value) from error
    if day > today:
        raise BirthdayInFuture(day=day.isoformat())
    if day.year < 1850:
        raise BadValue(field="birthday", value=value)
    return day


def _employees(value: object) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip().replace(",", "")
    if not (text.isdecimal() and int(text[:20]) <= EMPLOYEES):
        raise BadValue(field="employees", value=value)
    return int(text)
