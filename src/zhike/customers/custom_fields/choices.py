"""Choices as they are typed: one a line, `key = 中文 = English = hue`; a # before the line retires it."""

import re
import unicodedata
from collections.abc import Sequence

from zhike.customers.custom_fields.errors import ChoiceWrong
from zhike.customers.custom_fields.rules import KEY, FieldChoice
from zhike.customers.names.rules import pinyin_of
from zhike.kit.text import tidy
from zhike.ui.public import HUES


def read_choices(text: str) -> list[FieldChoice]:
    """Return the choices of a text; a line may be a name alone, its key is then made of its letters or pinyin.

    :raises ChoiceWrong: if a line cannot be read.
    """
    found: list[FieldChoice] = []
    for number, line in enumerate(text.splitlines(), 1):
        if plain := tidy(line):
            found.append(_read(plain, number, {one.key for one in found}))
    return found


def write_choices(choices: Sequence[FieldChoice]) -> str:
    """Return choices as they are typed."""
    return "\n".join(
        ("# " if one.retired else "")
        + " = ".join([one.key, one.zh, one.en, *([one.hue] if one.hue != "plain" else [])]).removesuffix(" = ")
        for one in choices
    )


def _read(line: str, number: int, taken: set[str]) -> FieldChoice:
    retired, line = line.startswith("#"), line.lstrip("# ")
    parts = [part.strip() for part in re.split("[=＝]", line)]
    if len(parts) == 1:
        key = _key(parts[0], taken)
        return FieldChoice(key, parts[0][:60], retired=retired)
    key, names, hue = parts[0], [part[:60] for part in parts[1:3]], parts[3] if len(parts) > 3 else "plain"
    if not KEY.fullmatch(key) or len(parts) > 4 or hue not in HUES or not any(names):
        raise ChoiceWrong(line=number)
    return FieldChoice(key, names[0], names[1] if len(names) > 1 else "", hue, retired)


def _key(name: str, taken: set[str]) -> str:
    """Return a key for a name: its letters, of Chinese the pinyin; numbered where that is taken."""
    plain = unicodedata.normalize("NFKD", pinyin_of(name)).encode("ascii", "ignore").decode().lower()
    key = re.sub("[^a-z0-9]+", "_", plain).strip("_")[:36] or "choice"
    key = key if key[0].isalpha() else f"c_{key}"[:36]
    number, made = 2, key
    while made in taken:
        made, number = f"{key}_{number}", number + 1
    return made
