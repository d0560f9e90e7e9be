"""Input of the pages of approvals. What is allowed is decided in the actions, for the API too."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from zhike.classification.errors import NoSuchClass, SteadinessWrong

from .steadiness import MOST_DAYS, MOST_PERCENT

MOST = {"stay_days": MOST_DAYS, "grace_days": MOST_DAYS, "leave_percent": MOST_PERCENT}


def read_move(sent: QueryDict) -> dict[str, Any]:
    """Return which move was decided: scheme (0 where what was sent is no number), class (None: no class), out of."""
    return {
        "scheme_id": _number(sent.get("scheme", "")) or 0,
        "class_id": _number(sent.get("class", "")),
        "out_of": _number(sent.get("out_of", "")),
    }


def read_customer(asked: QueryDict) -> int | None:
    """Return of which customer the list is wanted; None: of all."""
    return _number(asked.get("customer", ""))


def read_steadiness(sent: QueryDict) -> dict[str, Any]:
    """Return what `set_steadiness` takes; an empty number is 0.

    :raises SteadinessWrong: if a number is none.
    """
    found: dict[str, Any] = {}
    for name, most in MOST.items():
        text = sent.get(name, "").strip() or "0"
        number = _number(text)
        if number is None:
            raise SteadinessWrong(field=name, value=text[:20], most=most)
        found[name] = number
    return found | {name: _numbers(sent.getlist(name)) for name in ("ask_into", "ask_out_of")}


def read_telling(sent: QueryDict) -> dict[str, list[int]]:
    """Return what `set_telling` takes. :raises NoSuchClass: for what is no class."""
    texts = {name: sent.getlist(name) for name in ("tell_into", "tell_out_of")}
    if any(_number(one) is None for sent_texts in texts.values() for one in sent_texts):
        raise NoSuchClass
    return {name: _numbers(found) for name, found in texts.items()}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _numbers(texts: Sequence[str]) -> list[int]:
    return [number for one in texts if (number := _number(one)) is not None]
