"""Places: divisions of China by their codes (GB/T 2260), and countries by ISO 3166-1."""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import orjson
from babel import Locale

from zhike.customers.places.aliases import COUNTRY_ALIASES, PROVINCES_EN, SHORT_NAMES
from zhike.kit.text import comparable

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_SUFFIX = re.compile(
    "(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|地区|林区|新区|矿区|自治州|自治县|自治旗|省|市|州|盟|区|县|旗)$"
)
_PEOPLES = re.compile(
    "(土家族|苗族|侗族|布依族|藏族|羌族|彝族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|朝鲜族|蒙古族?|哈萨克族?"
    "|柯尔克孜|黎族|瑶族|满族|土族|撒拉族|裕固族|保安族|东乡族|仫佬族|毛南族|畲族|佤族|拉祜族|纳西族|普米族|怒族"
    "|布朗族|独龙族|各族|仡佬族|水族|达斡尔族|锡伯族?|塔吉克)+$"
)
_BETWEEN = re.compile(r"[\s,，·・/|>、-]+")


@dataclass(frozen=True, slots=True)
class Division:
    """The parts of a division code, each a code of its own; empty where the code is coarser."""

    province: str = ""
    city: str = ""
    district: str = ""

    @property
    def code(self) -> str:
        return self.district or self.city or self.province


def split_division(code: str) -> Division:
    """Return province, city and district of a code: 330106 → 330000, 330100, 330106.

    A municipality's districts all belong to its one city (110100); a county-level city directly under its province
    (429004 仙桃) is a city here. An unknown code gives nothing.
    """
    if code not in divisions():
        return Division()
    province = f"{code[:2]}0000"
    if code[2:] == "0000":
        return Division(province)
    city = code if code[2:4] == "90" else f"{code[:4]}00"
    if code[:2] in MUNICIPALITIES:
        city = f"{code[:2]}0100"
    return Division(province, city, code if code[4:] != "00" and code != city else "")


def find_division(text: str) -> str:
    """Return the finest division code that a text names, from province down, or "".

    Reads codes, 浙江省杭州市西湖区, 浙江 杭州, 杭州, Zhejiang; 朝阳区 only where its city is clear.
    What follows is ignored.
    """
    text = _BETWEEN.sub("", comparable(text))
    if text.isdigit():
        return text if text in divisions() else ""
    names = _names()
    code = ""
    for level in (2, 4, 6):
        for size in range(min(len(text), 15), 1, -1):
            if level == 4 and (6, text[: size + 1]) in names and (4, text[: size + 1]) not in names:
                continue  # 朝阳区 is no part of 朝阳市
            inside = [one for one in names.get((level, text[:size]), ()) if _is_inside(one, code)]
            if len(inside) == 1:
                code, text = inside[0], text[size:]
                break
    if code[2:] == "0000" and code[:2] in MUNICIPALITIES:
        code = f"{code[:2]}0100"
    return code


@lru_cache(maxsize=8192)
def division_name(code: str, language: str = "zh-hans") -> str:
    """Return the short name: 330000 → 浙江 (Zhejiang), 330100 → 杭州 (Hangzhou), 330106 → 西湖区 (Xihu)."""
    name = divisions().get(code, "")
    if not language.startswith("en"):
        return name if code[4:] != "00" and code[2:4] != "90" else short_name(name)
    if code[2:] == "0000":
        return PROVINCES_EN.get(code[:2], "")
    if code[2:] == "0100" and code[:2] in MUNICIPALITIES:
        return PROVINCES_EN[code[:2]]
    return _english_name(short_name(name))


def short_name(name: str) -> str:
    """Return a division's name without what it is: 杭州市 → 杭州, 广西壮族自治区 → 广西."""
    short = _SUFFIX.sub("", name)
    bare = _PEOPLES.sub("", short)
    short = bare if len(bare) > 1 else short
    return short if len(short) > 1 else name


@lru_cache
def divisions() -> dict[str, str]:
    """Return every code with its full name. Municipalities' own city level carries the municipality's name."""
    return dict(orjson.loads(files("zhike.customers.places").joinpath("divisions.json").read_bytes()))


def country_code(text: str) -> str:
    """Return ISO 3166-1 alpha-2 of a country named in Chinese, English or by code, or ""."""
    return _countries().get(comparable(text).replace(".", ""), "")


def country_name(code: str, language: str = "zh-hans") -> str:
    """Return a country's name in the language; the code itself where it has none."""
    return _territories("en" if language.startswith("en") else "zh_Hans_CN").get(code, code)


@lru_cache
def _territories(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).territories) | ({} if locale == "en" else SHORT_NAMES)


@lru_cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in ("en", "zh_Hans_CN", "zh_Hant_TW"):
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}:
                found.setdefault(comparable(name).replace(".", ""), code)
                found[code.casefold()] = code
    return found | {name.casefold(): code for name, code in COUNTRY_ALIASES.items()}


def _is_inside(code: str, outer: str) -> bool:
    if not outer:
        return True
    return code[:2] == outer[:2] and (outer[2:] == "0000" or split_division(code).city == split_division(outer).city)


@lru_cache
def _names() -> dict[tuple[int, str], list[str]]:
    """Return codes by (digits that count, name in full or short)."""
    found: dict[tuple[int, str], list[str]] = {}
    for code, name in divisions().items():
        part = split_division(code)
        level = 6 if part.district else 4 if part.city else 2
        if level == 4 and code != part.city:
            continue
        for one in {name, short_name(name), division_name(code, "en").casefold().replace(" ", "")} - {""}:
            found.setdefault((level, one), []).append(code)
    return found


def _english_name(name: str) -> str:
    from zhike.customers.names.rules import pinyin_of

    return pinyin_of(name).replace("v", "u").capitalize()
