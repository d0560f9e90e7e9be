"""Rules as JSON, as the database and the API hold them.

`{"version": 3, "rule": node}`; a node is one of

- `{"all": [node, …]}` · `{"any": [node, …]}` · `{"not": node}`
- `{"trait": "city", "op": "in", "value": ["110100", "310100"]}`
- `{"scheme": 3, "classes": [7, 8], "days": 30}` (`days` may be left out)
- `{"fact": "purchase", "measure": "count", "op": "ge", "value": 3, "property": "…", "where": [test, …], "window": …}`
  with a test `{"property": "category", "op": "eq", "value": "…"}`; `measure` is count where it is left out;
  with the measure trend `"against": "year"` compares with the same days a year earlier
- `{"first": {"fact": …, "where": […]}, "then": {…}, "within_days": 7, "window": …}`
- `{"bucket": "holdout-2026", "from": 0, "to": 10}`

A window is `{"last": 90, "unit": "day"}` · `{"from": "2026-01-01", "to": "2026-03-31"}` ·
`{"calendar": "month", "back": 1}`, or left out: all facts. Money is in minor units, a date is "2026-11-22", an exact
fraction is a text such as "2.5". Version 1 had the first five shapes only, version 2 no trend and no share; both are
read as well. A document is written in the lowest version, from 2 on, that has all that it asks for.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

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
    Leaf,
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
    is_ratio,
    leaves,
)

VERSION = 3
READABLE = (1, 2, 3)
DEEPEST = 50  # of a document that is read at all; what may be computed is `check_rule`'s


class NotARule(ValueError):
    """The JSON has not the shape of a rule. `path` says where: `rule.all[1].not`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def rule_from_json(document: Any) -> Rule:
    """Return the rule of a JSON document.

    :raises NotARule: if the document has another shape or version. Whether traits and values fit is `check_rule`'s.
    """
    if not isinstance(document, dict) or set(document) != {"version", "rule"}:
        raise NotARule("", "a rule document has version and rule")
    if type(document["version"]) is not int or document["version"] not in READABLE:
        raise NotARule("version", f"this program reads versions {' and '.join(map(str, READABLE))}")
    return _node(document["rule"], "rule", 0)


def rule_to_json(rule: Rule) -> dict[str, Any]:
    newest = any(isinstance(leaf, Did) and is_ratio(leaf) for _, leaf in leaves(rule))
    return {"version": VERSION if newest else VERSION - 1, "rule": _plain(rule)}


def rule_key(rule: Rule) -> str:
    """Return a short text that is the same for equal rules, in every process."""
    text = json.dumps(_plain(rule), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _node(node: Any, path: str, depth: int) -> Rule:
    if depth > DEEPEST:
        raise NotARule(path, "nested too deeply")
    if not isinstance(node, dict):
        raise NotARule(path, "not a condition or a group")
    keys = set(node)
    if keys == {"all"}:
        return AllOf(_nodes(node["all"], f"{path}.all", depth))
    if keys == {"any"}:
        return AnyOf(_nodes(node["any"], f"{path}.any", depth))
    if keys == {"not"}:
        return NotOf(_node(node["not"], f"{path}.not", depth + 1))
    for first, read in _LEAVES.items():
        if first in keys:
            return read(node, path)
    raise NotARule(path, f"unknown shape with {', '.join(sorted(map(str, node)))[:200] or 'nothing'}")


def _nodes(nodes: Any, path: str, depth: int) -> tuple[Rule, ...]:
    if not isinstance(nodes, list):
        raise NotARule(path, "a group holds a list")
    return tuple(_node(one, f"{path}[{place}]", depth + 1) for place, one in enumerate(nodes))


def _in_class(node: Mapping[str, Any], path: str) -> InClass:
    _expect(node, path, {"scheme", "classes"}, {"days"})
    scheme, classes, days = node["scheme"], node["classes"], node.get("days", 0)
    if type(scheme) is not int or not isinstance(classes, list) or any(type(one) is not int for one in classes):
        raise NotARule(path, "scheme and classes are ids")
    if type(days) is not int:
        raise NotARule(path, "days is a whole number")
    return InClass(scheme, tuple(classes), days)


def _condition(node: Mapping[str, Any], path: str) -> Condition:
    _expect(node, path, {"trait", "op"}, {"value"})
    if not isinstance(node["trait"], str):
        raise NotARule(path, "a condition names a trait and how it compares")
    return Condition(node["trait"], _op(node, path), _value(node.get("value"), path))


def _did(node: Mapping[str, Any], path: str) -> Did:
    _expect(node, path, {"fact", "op"}, {"value", "measure", "property", "where", "window", "against"})
    measured, taken, against = node.get("measure", "count"), node.get("property", ""), node.get("against", "before")
    if not isinstance(measured, str) or measured not in set(Measured):
        raise NotARule(path, f"measure is one of {', '.join(Measured)}")
    if not isinstance(taken, str):
        raise NotARule(path, "property is a name")
    if not isinstance(against, str) or against not in set(Against):
        raise NotARule(path, f"against is one of {', '.join(Against)}")
    return Did(
        happening=_happening(node, path),
        op=_op(node, path),
        value=_value(node.get("value"), path),
        measured=Measured(measured),
        property=taken,
        window=_window(node.get("window"), f"{path}.window"),
        against=Against(against),
    )


def _happening(node: Mapping[str, Any], path: str) -> Happening:
    where = node.get("where", [])
    if not isinstance(node["fact"], str) or not isinstance(where, list):
        raise NotARule(path, "a fact has a name, and where is a list")
    return Happening(node["fact"], tuple(_test(one, f"{path}.where[{place}]") for place, one in enumerate(where)))


def _test(node: Any, path: str) -> PropertyTest:
    if not isinstance(node, dict):
        raise NotARule(path, "not a test of a property")
    _expect(node, path, {"property", "op"}, {"value"})
    if not isinstance(node["property"], str):
        raise NotARule(path, "a test names a property and how it compares")
    return PropertyTest(node["property"], _op(node, path), _value(node.get("value"), path))


def _sequence(node: Mapping[str, Any], path: str) -> Sequence:
    _expect(node, path, {"first", "then", "within_days"}, {"window"})
    if type(node["within_days"]) is not int:
        raise NotARule(path, "within_days is a whole number")
    both = []
    for name in ("first", "then"):
        if not isinstance(node[name], dict):
            raise NotARule(f"{path}.{name}", "not a fact")
        _expect(node[name], f"{path}.{name}", {"fact"}, {"where"})
        both.append(_happening(node[name], f"{path}.{name}"))
    return Sequence(both[0], both[1], node["within_days"], _window(node.get("window"), f"{path}.window"))


def _bucket(node: Mapping[str, Any], path: str) -> Bucket:
    _expect(node, path, {"bucket", "from", "to"}, set())
    low, high = _scalar(node["from"], path), _scalar(node["to"], path)
    if not isinstance(node["bucket"], str) or low is None or high is None:
        raise NotARule(path, "a bucket has a name and reaches from one percentage to another")
    return Bucket(node["bucket"], low, high)


_LEAVES: dict[str, Callable[[Mapping[str, Any], str], Leaf]] = {
    "trait": _condition,
    "scheme": _in_class,
    "fact": _did,
    "first": _sequence,
    "bucket": _bucket,
}


def _window(node: Any, path: str) -> Window:
    if node is None:
        return EVER
    if not isinstance(node, dict):
        raise NotARule(path, "not a window")
    if "last" in node:
        _expect(node, path, {"last"}, {"unit"})
        if (last := _whole(node["last"], path)) < 1:
            raise NotARule(path, "last is 1 or more")
        return Window(last=last, unit=_unit(node.get("unit", "day"), path))
    if "calendar" in node:
        _expect(node, path, {"calendar"}, {"back"})
        return Window(calendar=_unit(node["calendar"], path), back=_whole(node.get("back", 0), path))
    _expect(node, path, set(), {"from", "to"})
    ends = (node.get("from", ""), node.get("to", ""))
    if not all(isinstance(one, str) for one in ends) or not any(ends):
        raise NotARule(path, "from and to are days such as 2026-11-22")
    return Window(start=ends[0], end=ends[1])


def _unit(name: Any, path: str) -> Unit:
    if not isinstance(name, str) or name not in set(Unit):
        raise NotARule(path, f"a unit is one of {', '.join(Unit)}")
    return Unit(name)


def _whole(value: Any, path: str) -> int:
    if type(value) is not int:
        raise NotARule(path, "a whole number is wanted")
    return value


def _expect(node: Mapping[str, Any], path: str, needed: Collection[str], allowed: Collection[str]) -> None:
    if missing := sorted(set(needed) - set(node)):
        raise NotARule(path, f"{', '.join(missing)} is missing")
    if unknown := sorted(map(str, set(node) - set(needed) - set(allowed))):
        raise NotARule(path, f"unknown shape with {', '.join(unknown)[:200]}")


def _op(node: Mapping[str, Any], path: str) -> Op:
    if not isinstance(node["op"], str) or node["op"] not in set(Op):
        raise NotARule(path, f"op is one of {', '.join(Op)}")
    return Op(node["op"])


def _value(value: Any, path: str) -> Any:
    """Return a value of any type, None included: whether it fits is `check_rule`'s."""
    return tuple(_scalar(one, path) for one in value) if isinstance(value, list) else _scalar(value, path)


def _scalar(value: Any, path: str) -> Any:
    if value is None or (isinstance(value, str | int | Decimal) and not isinstance(value, bool)):
        return value
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"  # as exact fractions are written
    raise NotARule(path, "a value is a text, a number or a list of them")


def _plain(rule: Rule) -> dict[str, Any]:
    match rule:
        case AllOf(parts):
            return {"all": [_plain(one) for one in parts]}
        case AnyOf(parts):
            return {"any": [_plain(one) for one in parts]}
        case NotOf(part):
            return {"not": _plain(part)}
        case InClass(scheme_id, class_ids, days):
            held: dict[str, Any] = {"scheme": scheme_id, "classes": list(class_ids)}
            return held | ({"days": days} if days else {})
        case Condition(trait, op, value):
            return {"trait": trait, "op": str(op)} | _bare(value)
        case Did():
            return _plain_did(rule)
        case Sequence(first, then, within_days, window):
            ends = {"first": _plain_happening(first), "then": _plain_happening(then)}
            return ends | {"within_days": within_days} | _plain_window(window)
        case Bucket(salt, low, high):
            return {"bucket": salt, "from": _number(low), "to": _number(high)}


def _plain_did(leaf: Did) -> dict[str, Any]:
    found = _plain_happening(leaf.happening)
    found = {"fact": found["fact"], "measure": str(leaf.measured), **found, "op": str(leaf.op)} | _bare(leaf.value)
    if leaf.property:
        found["property"] = leaf.property
    found |= _plain_window(leaf.window)
    return found if leaf.against is Against.BEFORE else found | {"against": str(leaf.against)}


def _plain_happening(happening: Happening) -> dict[str, Any]:
    found: dict[str, Any] = {"fact": happening.fact}
    if happening.where:
        found["where"] = [{"property": one.property, "op": str(one.op)} | _bare(one.value) for one in happening.where]
    return found


def _plain_window(window: Window) -> dict[str, Any]:
    if window == EVER:
        return {}
    if window.calendar:
        held: dict[str, Any] = {"calendar": str(window.calendar), "back": window.back}
    elif window.start or window.end:
        held = {name: day for name, day in (("from", window.start), ("to", window.end)) if day}
    else:
        held = {"last": window.last, "unit": str(window.unit)}
    return {"window": held}


def _bare(value: Value) -> dict[str, Any]:
    if value is None:
        return {}
    return {"value": [_number(one) for one in value] if isinstance(value, tuple) else _number(value)}


def _number(value: Scalar) -> str | int:
    return f"{value:f}" if isinstance(value, Decimal) else value
