"""How a column's texts become values: SQL for DuckDB, with the problem of each row that cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhike.customers.imports.kinds import ImportField, ImportKind
from zhike.customers.imports.reading.letters import LOST
from zhike.customers.imports.sql import fill, literal, quoted
from zhike.kit.money import currencies, minor_digits

TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "")
YEAR_FIRST = ("%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
DAY_FIRST = ("%d/%m/%y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%d-%b-%y")
MONTH_FIRST = ("%m/%d/%y", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%b %d, %Y", "%B %d, %Y")
CURRENCY_WORDS = {"人民币": "CNY", "RMB": "CNY", "￥": "CNY", "¥": "CNY", "元": "CNY", "美元": "USD", "$": "USD",
                  "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP", "港币": "HKD", "日元": "JPY"}  # fmt: skip

# Without spaces around. Most cells are plain letters, for which the short way is several times as fast.
CLEAN = (
    "CASE WHEN NOT regexp_matches($column, '[^ -~]') THEN trim($column)"
    " ELSE trim(nfc_normalize($column), ' \t\r\n\u3000\u00a0\ufeff') END"
)
# a rejected file marks a text that a spreadsheet would take for a formula with an apostrophe: take it off again
UNMARK = "CASE WHEN prefix($text, '''') AND $text[2:2] IN ('=', '+', '-', '@') THEN $text[2:] ELSE $text END"
NUMBER = "translate($text, '０１２３４５６７８９．，－＋¥￥$$£€ ', '0123456789.,-+')"
PLAIN_NUMBER = (
    "CASE WHEN NOT contains($text, ',') THEN $text"
    " WHEN regexp_full_match($text, '-?\\d{1,3}(,\\d{3})+(\\.\\d*)?') THEN replace($text, ',', '') END"
)
COMMA_NUMBER = "replace(replace($text, '.', ''), ',', '.')"
HAS_ZONE = "regexp_matches($text, ':\\d\\d(\\.\\d+)? ?([Zz]|[+-]\\d\\d(:?\\d\\d)?)$$')"
INSTANT = (
    "CASE WHEN $text IS NULL THEN NULL WHEN $has_zone THEN $zoned"
    " WHEN contains($text, '-') OR contains($text, '/') OR contains($text, ':') THEN ($written)$zone"
    " WHEN try_cast($text AS DOUBLE) BETWEEN 20000 AND 80000"  # days since 1899-12-30, as spreadsheets count
    " THEN make_timestamp((round((try_cast($text AS DOUBLE) - 25569) * 86400) * 1000000)::BIGINT)$zone"
    " ELSE ($written)$zone END"
)
WRITTEN = "coalesce(try_cast($text AS TIMESTAMP), try_strptime($text, [$formats]))"
# over a whole column:
FLOAT_IDS = "count($t) > 0 AND bool_and($t IS NULL OR regexp_full_match($t, '\\d+\\.0+'))"
COMMA_DECIMALS = (
    "count(CASE WHEN contains($t, ',') AND regexp_full_match($t, '-?[\\d.]*\\d,(\\d{1,2}|\\d{4,})') THEN 1 END)"
    " > count(CASE WHEN NOT contains($t, ',') AND contains($t, '.') THEN 1 END)"
)
ODD = "$t IS NOT NULL AND try_cast($t AS TIMESTAMP) IS NULL"
MONTHS_FIRST = (
    "count(CASE WHEN $odd THEN try_strptime($t, [$month]) END)"
    " > count(CASE WHEN $odd THEN try_strptime($t, [$day]) END)"
)


@dataclass(frozen=True, slots=True)
class Habits:
    """What a whole column tells about how it was written."""

    float_ids: frozenset[str] = frozenset()  # ids that went through a float: "17850.0"
    comma_decimals: frozenset[str] = frozenset()  # "2,55"
    month_first: frozenset[str] = frozenset()  # "12/31/2010"


def clean_sql(column: str) -> str:
    """Return SQL for a column's text without spaces around it, empty where nothing is left."""
    return fill(CLEAN, column=column)


def number_sql(field: ImportField) -> str:
    """Return SQL for the text of a number in plain digits, without currency signs."""
    return fill(NUMBER, text=f"t_{field.key}")


def typed_sql(field: ImportField, habits: Habits, time_zone: str) -> str:
    """Return SQL for a field's value, NULL where its text `t_<key>` is none."""
    text = f"t_{field.key}"
    match field.type:
        case "id":
            return fill("regexp_replace($text, '\\.0+$$', '')", text=text) if field.key in habits.float_ids else text
        case "decimal":
            return fill("try_cast($number AS DECIMAL(20, 6))", number=_number(field, habits))
        case "integer":
            return fill("try_cast(try_cast($number AS DECIMAL(20, 6)) AS BIGINT)", number=_number(field, habits))
        case "instant":
            zone = fill(" AT TIME ZONE $zone", zone=literal(time_zone))
            return _instant(text, field.key in habits.month_first, zone, "try_cast($text AS TIMESTAMPTZ)")
        case "date":
            instant = _instant(text, field.key in habits.month_first, "", "try_cast($text[:10] AS TIMESTAMP)")
            return f"CAST({instant} AS DATE)"
        case "currency":
            return fill("$words[upper($text)]", words=_currency_words(), text=text)
        case "choice":
            words = ", ".join(f"{literal(word)}: {literal(kept)}" for word, kept in field.choices.items())
            return fill("MAP {$words}[lower($text)]", words=words, text=text)
        case "lookup":
            return f"l_{field.key}.found"
    return fill(UNMARK, text=text)


def scale_sql(default: str, *, by_row: bool) -> str:
    """Return SQL for how many minor units one unit of a row's currency has; the same for all unless `by_row`."""
    if not by_row:
        return str(10 ** minor_digits(default))
    by_scale: dict[int, list[str]] = {}
    for code in sorted(currencies()):
        by_scale.setdefault(minor_digits(code), []).append(literal(code))
    whens = " ".join(f"WHEN currency IN ({', '.join(codes)}) THEN {10**digits}" for digits, codes in by_scale.items())
    return f"CASE {whens} ELSE {10 ** minor_digits(default)} END"


def problem_sql(kind: ImportKind, mapped: Sequence[str], *, damaged: bool = False) -> str:
    """Return SQL for the problems of a row, such as `missing:at;not_a_number:quantity`; empty where there is none.

    `damaged` asks for lost letters too: they are looked for only where the file has some.
    """
    cases = [case for field in kind.fields if field.key in mapped for case in _field_cases(field)]
    for group in kind.any_of:
        given = [f"{quoted(key)} IS NOT NULL" for key in group if key in mapped]
        cases.append((f"missing:{group[0]}", "NOT (" + " OR ".join(given) + ")"))
    cases += [(f"{check.code}:{check.field}", check.sql) for check in kind.checks]
    if damaged:
        cases += [(f"lost_letters:{key}", f"contains(t_{key}, {literal(LOST)})") for key in mapped]
    whens = ", ".join(fill("CASE WHEN $sql THEN $code END", sql=sql, code=literal(code)) for code, sql in cases)
    return f"concat_ws(';', {whens})"


def habit_sql(kind: ImportKind, mapped: Mapping[str, str]) -> dict[str, str]:
    """Return, by field, SQL that is true over the texts of a whole column where the column has the habit to ask for."""
    asked = {}
    for field in kind.fields:
        text = f"t_{field.key}"
        if field.key not in mapped:
            continue
        match field.type:
            case "id":
                asked[field.key] = fill(FLOAT_IDS, t=text)
            case "decimal" | "integer":
                asked[field.key] = fill(COMMA_DECIMALS, t=text)
            case "instant" | "date":
                asked[field.key] = fill(
                    MONTHS_FIRST, t=text, month=_formats(MONTH_FIRST), day=_formats(DAY_FIRST), odd=fill(ODD, t=text)
                )
    return asked


def read_habits(kind: ImportKind, answers: Mapping[str, bool]) -> Habits:
    """Return the habits that `habit_sql` found."""
    yes = [kind.field(key) for key, answer in answers.items() if answer]
    return Habits(
        float_ids=frozenset(field.key for field in yes if field.type == "id"),
        comma_decimals=frozenset(field.key for field in yes if field.type in ("decimal", "integer")),
        month_first=frozenset(field.key for field in yes if field.type in ("instant", "date")),
    )


def _field_cases(field: ImportField) -> list[tuple[str, str]]:
    key, cases = field.key, []
    if field.required:
        cases.append((f"missing:{key}", f"t_{key} IS NULL"))
    unread = f"t_{key} IS NOT NULL AND {quoted(key)} IS NULL"
    code = {"instant": "not_a_time", "date": "not_a_date", "decimal": "not_a_number", "integer": "not_a_number",
            "currency": "unknown_currency", "choice": "unknown_value"}.get(field.type)  # fmt: skip
    if code or (field.type == "lookup" and field.strict):
        cases.append((f"{code or field.unknown}:{key}", unread))
    if field.type in ("instant", "date"):
        cases.append((f"{code}:{key}", f"{quoted(key)} < '1900-01-01' OR {quoted(key)} >= '2200-01-01'"))
    if field.max_length:
        cases.append((f"too_long:{key}", f"length(t_{key}) > {field.max_length}"))
    return cases + [(f"{problem}:{key}", sql) for problem, sql in field.checks.items()]


def _number(field: ImportField, habits: Habits) -> str:
    return fill(COMMA_NUMBER if field.key in habits.comma_decimals else PLAIN_NUMBER, text=f"n_{field.key}")


def _instant(text: str, month_first: bool, zone: str, zoned: str) -> str:
    formats = _formats(YEAR_FIRST + (MONTH_FIRST if month_first else DAY_FIRST))
    written = fill(WRITTEN, text=text, formats=formats)
    return fill(
        INSTANT, text=text, zone=zone, written=written, has_zone=fill(HAS_ZONE, text=text), zoned=fill(zoned, text=text)
    )


@lru_cache
def _formats(days: tuple[str, ...]) -> str:
    return ", ".join(literal(f"{day} {time}".strip()) for day in days for time in TIMES)


@lru_cache
def _currency_words() -> str:
    words = {code: code for code in currencies()} | CURRENCY_WORDS
    return "MAP {" + ", ".join(f"{literal(word)}: {literal(code)}" for word, code in sorted(words.items())) + "}"
