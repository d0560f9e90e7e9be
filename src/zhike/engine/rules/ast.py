"""The rule language: conditions joined by all, any and not. Frozen values in code, plain JSON in the database.

JSON: `{"version": 1, "rule": node}`; a node is one of
`{"all": [node, …]}` · `{"any": [node, …]}` · `{"not": node}` ·
`{"trait": "city", "op": "in", "value": ["110100", "310100"]}` · `{"scheme": 3, "classes": [7, 8]}`.
Money is in minor units, a date is "2026-11-22", an exact fraction is a text such as "2.5".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

VERSION = 1

type Scalar = str | int | Decimal
type Value = Scalar | tuple[Scalar, ...] | None


class Op(StrEnum):
    """How a condition compares. `ne` and `not_in` are the opposites of `eq` and `in`: an empty value meets them."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IS_EMPTY = "is_empty"
    IS_SET = "is_set"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"  # both ends count
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    HAS_NONE = "has_none"


@dataclass(frozen=True, slots=True)
class Condition:
    """A leaf: the trait named `trait` compared with `value`."""

    trait: str
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class InClass:
    """A leaf: the customer is in one of these classes of another scheme."""

    scheme_id: int
    class_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class NotOf:
    part: "Rule"


type Rule = Condition | InClass | AllOf | AnyOf | NotOf


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
    if document["version"] != VERSION:
        raise NotARule("version", f"this program reads version {VERSION}")
    return _node(document["rule"], "rule", 0)


def rule_to_json(rule: Rule) -> dict[str, Any]:
    return {"version": VERSION, "rule": _plain(rule)}


def _node(node: Any, path: str, depth: int) -> Rule:
    if depth > 50:
        raise NotARule(path, "nested too deeply")
    if not isinstance(node, dict):
        raise NotARule(path, "not a condition or a group")
    match frozenset(node):
        case keys if keys == {"all"}:
            return AllOf(_nodes(node["all"], f"{path}.all", depth))
        case keys if keys == {"any"}:
            return AnyOf(_nodes(node["any"], f"{path}.any", depth))
        case keys if keys == {"not"}:
            return NotOf(_node(node["not"], f"{path}.not", depth + 1))
        case keys if keys == {"scheme", "classes"}:
            return _in_class(node, path)
        case keys if {"trait", "op"} <= keys <= {"trait", "op", "value"}:
            return _condition(node, path)
    raise NotARule(path, f"unknown shape with {', '.join(sorted(map(str, node))) or 'nothing'}")


def _nodes(nodes: Any, path: str, depth: int) -> tuple[Rule, ...]:
    if not isinstance(nodes, list):
        raise NotARule(path, "a group holds a list")
    return tuple(_node(one, f"{path}[{place}]", depth + 1) for place, one in enumerate(nodes))


def _in_class(node: dict[str, Any], path: str) -> InClass:
    scheme, classes = node["scheme"], node["classes"]
    if type(scheme) is not int or not isinstance(classes, list) or any(type(one) is not int for one in classes):
        raise NotARule(path, "scheme and classes are ids")
    return InClass(scheme, tuple(classes))


def _condition(node: dict[str, Any], path: str) -> Condition:
    if not isinstance(node["trait"], str) or node["op"] not in set(Op):
        raise NotARule(path, "a condition names a trait and how it compares")
    value = node.get("value")
    held = tuple(_scalar(one, path) for one in value) if isinstance(value, list) else _scalar(value, path)
    return Condition(node["trait"], Op(node["op"]), held)  # type of value: check_rule


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
        case InClass(scheme_id, class_ids):
            return {"scheme": scheme_id, "classes": list(class_ids)}
        case Condition(trait, op, value):
            found: dict[str, Any] = {"trait": trait, "op": str(op)}
            if value is not None:
                found["value"] = [_bare(one) for one in value] if isinstance(value, tuple) else _bare(value)
            return found


def _bare(value: Scalar) -> str | int:
    return f"{value:f}" if isinstance(value, Decimal) else value


def leaves(rule: Rule, path: str = "rule") -> Iterator[tuple[str, Condition | InClass]]:
    """Yield every leaf with its path, in reading order."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            word = "all" if isinstance(rule, AllOf) else "any"
            for place, part in enumerate(parts):
                yield from leaves(part, f"{path}.{word}[{place}]")
        case NotOf(part):
            yield from leaves(part, f"{path}.not")
        case Condition() | InClass():
            yield path, rule


def depth(rule: Rule) -> int:
    """Return how many groups lie above the deepest leaf, plus one."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            return 1 + max((depth(part) for part in parts), default=0)
        case NotOf(part):
            return 1 + depth(part)
        case _:
            return 1


def scheme_ids(rule: Rule) -> set[int]:
    """Return the schemes whose classes the rule asks for."""
    return {leaf.scheme_id for _, leaf in leaves(rule) if isinstance(leaf, InClass)}


def trait_keys(rule: Rule) -> list[str]:
    """Return the traits that the rule asks for, each once, in reading order."""
    return list(dict.fromkeys(leaf.trait for _, leaf in leaves(rule) if isinstance(leaf, Condition)))
