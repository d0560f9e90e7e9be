"""Names as they are sorted and found: pinyin, initials, and the tokens of a search."""

import re
from collections.abc import Iterable
from functools import lru_cache

from zhike.customers.names.readings import CHARACTERS, PHRASES, SURNAMES
from zhike.customers.names.syllables import pairs_of
from zhike.kit.text import comparable

PINYIN_LENGTH = 600  # characters kept: a key of a b-tree may hold 2,704 bytes
INITIALS_LENGTH = 300
TOKENS = 200  # of one name; nobody searches for the 201st pair
LONGEST_PHRASE = max(len(phrase) for phrase in PHRASES)
_HANZI = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HANZI_RUN = re.compile(f"[{_HANZI}]+")
_HAS_HANZI = re.compile(f"[{_HANZI}]")
_WORD = re.compile(rf"[^\W_{_HANZI}]+")
_SHORT_HANZI = re.compile(f"[{_HANZI}]{{2,4}}")
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê", "aaaaeeeeiiiioooouuuuvvvvvnnnme")


def pinyin_of(name: str) -> str:
    """Return a name as one word of plain letters: 张三丰 → zhangsanfeng, Meridian GmbH → meridiangmbh.

    Surnames and well-known words are read as they are said: 单雄信 shanxiongxin, 重庆银行 chongqingyinhang. ü is v.
    Letters of other scripts stay as they are.
    """
    return "".join(_syllables(name))[:PINYIN_LENGTH]


def initials_of(name: str) -> str:
    """Return the first letters: 张三丰 → zsf, Meridian Robotics → mr."""
    return "".join(one[0] for one in _syllables(name))[:INITIALS_LENGTH]


def name_tokens(name: str) -> list[str]:
    """Return what a name is found by: pairs of neighbouring hanzi and their pinyin, first hanzi, words otherwise."""
    text = comparable(name)
    found: dict[str, None] = dict.fromkeys(_WORD.findall(text))
    for run in _HANZI_RUN.findall(text):
        found[run[0]] = None
        found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
    if has_hanzi(text):
        found.update(dict.fromkeys(pairs_of(_syllables(text))))
    return list(found)[:TOKENS]


def listing_tokens(name: str, phones: Iterable[str]) -> list[str]:
    """Return the tokens of a listing row: those of the name, and the last four digits of each phone."""
    return list(dict.fromkeys([*name_tokens(name), *(phone[-4:] for phone in phones if len(phone) > 4)]))


def query_tokens(text: str) -> list[str]:
    """Return the tokens that a name must have to hold `text`; what is left to check is that they stand together."""
    text = comparable(text)
    found: dict[str, None] = dict.fromkeys(_WORD.findall(text))
    for run in _HANZI_RUN.findall(text):
        found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)) if len(run) > 1 else {run: None})
    return list(found)


def has_hanzi(text: str) -> bool:
    return bool(_HAS_HANZI.search(text))


def _syllables(name: str) -> list[str]:
    text = comparable(name)
    syllables: list[str] = []
    at = 0
    if _SHORT_HANZI.fullmatch(text) and text[:3] not in PHRASES and text[:2] not in PHRASES:
        size = 2 if text[:2] in SURNAMES else 1
        if reading := SURNAMES.get(text[:size]):
            syllables.extend(reading.split())
            at = size
    for run in re.finditer(rf"[{_HANZI}]+|[^\W_{_HANZI}]+", text[at:]):
        if has_hanzi(run[0]):
            syllables.extend(_read(run[0]))
        else:
            syllables.append(run[0])
    return syllables


def _read(run: str) -> list[str]:
    """Return the syllables of hanzi, the longest known word first."""
    readings = _readings()
    syllables: list[str] = []
    at, end = 0, len(run)
    while at < end:
        if run[at] in _starts():
            for size in range(min(LONGEST_PHRASE, end - at), 1, -1):
                if reading := PHRASES.get(run[at : at + size]):
                    syllables.extend(reading.split())
                    at += size
                    break
            else:
                syllables.append(readings.get(ord(run[at]), run[at]))
                at += 1
            continue
        syllables.append(readings.get(ord(run[at]), run[at]))
        at += 1
    return syllables


@lru_cache
def _starts() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in PHRASES)


@lru_cache
def _readings() -> dict[int, str]:
    """Return each hanzi's usual reading, without tones. Built once a process, in about 50 ms."""
    from pypinyin.pinyin_dict import pinyin_dict  # 42,000 entries: loaded when first needed

    plain = {code: one.split(",", 1)[0].translate(_TONES) for code, one in pinyin_dict.items()}
    return plain | {ord(character): reading for character, reading in CHARACTERS.items()}
