"""Leaves about facts, sequences and lots: named fields of the form ↔ the JSON of the rule language. Pure.

Beside the letters of `tree.py` a leaf at a path has: m what is measured · p the property that is · d days · s name of
the lot · w kind of window with n u (the last n units), a b (from, to) and c (calendar unit and how far back).
A trend or share is compared in percent; e is what time a trend is compared with.
Its tests of properties lie at path-0, path-1 …: x property · y comparison · z values. The two facts of a sequence
are k at path~1 and path~2, with their tests at path~1-0 ….
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any

type Node = dict[str, Any]
type Fields = Mapping[str, Sequence[str]]
type ReadTest = Callable[[str, str, Sequence[str]], Any]

FACT, SEQUENCE, LOT = "fact:", "sequence", "lot"
TREND, SHARE = "trend", "share"  # what may be added, and what is measured: of purchases at first
FELL, ROSE = "fell", "rose"  # of a trend: at most minus so many percent, at least so many
DID, DID_NOT = "did", "did_not"
TAKES_PROPERTY = ("sum", "average", "least", "most")
PERCENTS = (TREND, SHARE)
ORDER = ("ge", "le", "gt", "lt", "eq", "ne", "between")
LISTS = ("in", "not_in")
FIRST_DAYS, FIRST_STAY = 7, 30
WINDOWS = ("ever", "last", "dates", "calendar")
FIRST_WINDOWS: dict[str, Node] = {
    "last": {"last": 90, "unit": "day"},
    "calendar": {"calendar": "month", "back": 1},
}


def is_own(trait: str) -> bool:
    """Tell whether what a leaf asks, as the form names it, is read here."""
    return trait.startswith(FACT) or trait in (SEQUENCE, LOT, *PERCENTS)


def read_leaf(fields: Fields, path: str, read_test: ReadTest, *, year: int) -> Node:
    """Return the leaf at a path; `read_test(property, op, texts)` gives the value of a test, None if it is missing."""
    trait = first_of(fields, f"t.{path}")
    if trait == LOT:
        low, high = [*fields.get(f"v.{path}", ()), "", ""][:2]
        return {"bucket": first_of(fields, f"s.{path}").strip(), "from": _share(low, 0), "to": _share(high, 100)}
    if trait in PERCENTS:
        return new_leaf(trait, lot="")  # newly chosen: what it asks of is a fact from then on
    window = _window(fields, path, year)
    if trait == SEQUENCE:
        both = [_happening(fields, f"{path}~{end}", first_of(fields, f"k.{path}~{end}"), read_test) for end in (1, 2)]
        days = _whole(first_of(fields, f"d.{path}"))
        return {"first": both[0], "then": both[1], "within_days": days or 0} | window
    leaf = _did(fields, path, trait.removeprefix(FACT), read_test) | window
    year_before = leaf["measure"] == TREND and first_of(fields, f"e.{path}") == "year"
    return leaf | ({"against": "year"} if year_before else {})


def _did(fields: Fields, path: str, kind: str, read_test: ReadTest) -> Node:
    happening = _happening(fields, path, kind, read_test)
    leaf: Node = {"fact": kind, "measure": "count", **happening}
    asked = first_of(fields, f"m.{path}") or DID
    if asked in (DID, DID_NOT):
        return leaf | ({"op": "ge", "value": 1} if asked == DID else {"op": "eq", "value": 0})
    op = first_of(fields, f"o.{path}")
    texts = [one for one in fields.get(f"v.{path}", ()) if one.strip()]
    if asked in PERCENTS:
        return leaf | _percent(fields, path, asked, op, texts, read_test)
    taken = (first_of(fields, f"p.{path}") or "amount") if asked in TAKES_PROPERTY else ""
    leaf |= {"measure": asked, "op": op if op in ORDER else "ge"}
    if not op and asked == "count":
        texts = ["2"]  # newly chosen: "did" says once
    values = [one for text in texts if (one := read_test(taken, "ge", [text])) is not None]
    if leaf["op"] == "between":
        leaf |= {"value": values[:2]} if len(values) > 1 else {}
    elif values:
        leaf["value"] = values[0]
    return leaf | ({"property": taken} if taken else {})


def _percent(fields: Fields, path: str, asked: str, op: str, texts: Sequence[str], read_test: ReadTest) -> Node:
    if not op:
        usual = _USUAL_PERCENT[asked]
        return {key: usual[key] for key in ("measure", "op", "value", "property")}
    taken = first_of(fields, f"p.{path}") if f"p.{path}" in fields else "amount"
    values = [one for text in texts if (one := read_test("", "ge", [text])) is not None]
    if op in (FELL, ROSE):
        values = [_signed(one, "-" if op == FELL else "") for one in values]
        op = "le" if op == FELL else "ge"
    found: Node = {"measure": asked, "op": op if op in ORDER else "ge"}
    if found["op"] == "between":
        found |= {"value": values[:2]} if len(values) > 1 else {}
    elif values:
        found["value"] = values[0]
    return found | ({"property": taken} if taken else {})


def _signed(value: int | str, sign: str) -> int | str:
    text = f"{sign}{str(value).removeprefix('-')}"
    return int(text) if isinstance(value, int) else text


def way_of(node: Node) -> str:
    """Return how the form names the comparison of a leaf: of a trend whether it fell or rose by so much at least."""
    op, value = str(node["op"]), node.get("value")
    if node.get("measure") != TREND or value is None or isinstance(value, list):
        return op
    below = str(value).startswith("-")
    if op == "le" and below:
        return FELL
    return ROSE if op == "ge" and not below and value != 0 else op


def _happening(fields: Fields, path: str, kind: str, read_test: ReadTest) -> Node:
    tests = []
    for at in tests_below(fields, path):
        taken, op = first_of(fields, f"x.{at}"), first_of(fields, f"y.{at}") or "in"
        value = read_test(taken, op, [one for one in fields.get(f"z.{at}", ()) if one != ""])
        tests.append({"property": taken, "op": op} | ({} if value is None else {"value": value}))
    return {"fact": kind} | ({"where": tests} if tests else {})


def tests_below(fields: Fields, path: str) -> list[str]:
    """Return the paths of a happening's tests, in order."""
    start = f"x.{path}-"
    numbers = [name.removeprefix(start) for name in fields if name.startswith(start)]
    return [f"{path}-{one}" for one in sorted((one for one in numbers if one.isascii() and one.isdigit()), key=int)]


def _window(fields: Fields, path: str, year: int) -> Node:
    kind = first_of(fields, f"w.{path}")
    if kind == "last":
        count = _whole(first_of(fields, f"n.{path}"))
        unit = first_of(fields, f"u.{path}") or "day"
        return {"window": {"last": count, "unit": unit} if count else FIRST_WINDOWS["last"]}
    if kind == "calendar":
        unit, _, back = first_of(fields, f"c.{path}").partition(":")
        found = _whole(back)
        return {"window": FIRST_WINDOWS["calendar"] if found is None else {"calendar": unit, "back": found}}
    if kind == "dates":
        ends = {name: first_of(fields, f"{letter}.{path}").strip() for name, letter in (("from", "a"), ("to", "b"))}
        return {"window": {name: day for name, day in ends.items() if day} or {"from": f"{year}-01-01"}}
    return {}


def window_kind(node: Node) -> str:
    window = node.get("window")
    if not window:
        return "ever"
    return "last" if "last" in window else "calendar" if "calendar" in window else "dates"


def asked_of(node: Node) -> str:
    """Return what is asked of facts: did, did_not, or what is measured."""
    measured: str = node.get("measure", "count")
    if measured == "count" and (node["op"], node.get("value")) in (("ge", 1), ("eq", 0)):
        return DID if node["op"] == "ge" else DID_NOT
    return measured


def trait_of(node: Node) -> str:
    """Return how the form names what a leaf of these kinds asks; empty for other leaves."""
    if "fact" in node:
        return f"{FACT}{node['fact']}"
    return SEQUENCE if "first" in node else LOT if "bucket" in node else ""


_USUAL_PERCENT: Mapping[str, Node] = {
    TREND: {"fact": "purchase", "measure": TREND, "op": "le", "value": -30, "property": "amount"},
    SHARE: {
        "fact": "purchase",
        "measure": SHARE,
        "where": [{"property": "category", "op": "in"}],
        "op": "ge",
        "value": 60,
        "property": "amount",
    },
}


def new_leaf(trait: str, *, lot: str) -> Node:
    """Return a new leaf of these kinds, with its usual values."""
    if trait == LOT:
        return {"bucket": lot, "from": 0, "to": 10}
    if trait in PERCENTS:
        return deepcopy(_USUAL_PERCENT[trait]) | {"window": dict(FIRST_WINDOWS["last"])}
    if trait == SEQUENCE:
        ends = {"first": {"fact": "purchase"}, "then": {"fact": "purchase"}}
        return ends | {"within_days": FIRST_DAYS, "window": dict(FIRST_WINDOWS["last"])}
    fact = {"fact": trait.removeprefix(FACT), "measure": "count", "op": "ge", "value": 1}
    return fact | {"window": dict(FIRST_WINDOWS["last"])}


def change_tests(node: Node, verb: str, at: str, new_test: Node) -> Node:
    """Return a leaf after "test" (one is added) or "untest" (the one there goes).

    `at` is what follows the leaf's path: "~1-0" is the first test of a sequence's first fact, "" the fact itself.
    """
    end, _, place = at.partition("-")
    name = {"~1": "first", "~2": "then"}.get(end)
    if name:
        return node | {name: change_tests(node[name], verb, f"-{place}", new_test)} if name in node else node
    if "fact" not in node:
        return node
    tests = list(node.get("where", []))
    if verb == "test":
        tests.append(dict(new_test))
    elif place.isascii() and place.isdigit():
        tests = [one for number, one in enumerate(tests) if number != int(place)]
    return _in_order({key: one for key, one in node.items() if key != "where"} | ({"where": tests} if tests else {}))


def _in_order(node: Node) -> Node:
    """Return a leaf with its keys as documents have them."""
    keys = ("fact", "measure", "where", "op", "value", "property", "window", "against")
    return {key: node[key] for key in keys if key in node}


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _share(text: str, otherwise: int) -> int | str:
    try:
        number = Decimal(text.strip() or otherwise)
    except InvalidOperation:
        return text.strip()[:20]
    if not number.is_finite() or abs(number) > 10**6:
        return text.strip()[:20]
    return int(number) if number == int(number) else f"{number:f}"


def first_of(fields: Fields, name: str) -> str:
    found = fields.get(name) or ("",)
    return found[0]
