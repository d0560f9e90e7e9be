"""The rule tree as a form holds it: named fields by path ↔ the JSON of the rule language. Pure.

A field's name is a letter and a path ("t.0.1": the trait of the second part of the root's first part):
g joint of a group · f what to add to it · t trait, "scheme:ID", WRITTEN or one of `tree_leaves` · o comparison ·
v values, as text · d days in a class.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from . import tree_leaves
from .tree_leaves import first_of as _first

WRITTEN = "written"  # in place of a trait: a condition as text, of any kind
JOINTS = ("all", "any", "none")
type Node = dict[str, Any]
type ReadValue = Callable[[str, str, Sequence[str]], Any]
type ReadLeaf = Callable[[Mapping[str, Sequence[str]], str], Node]

EMPTY: Node = {"all": []}


def read_tree(fields: Mapping[str, Sequence[str]], read_value: ReadValue, read_leaf: ReadLeaf) -> Node:
    """Return the rule in a posted form; the root is a group.

    `read_value(trait, op, texts)` gives the value of a condition in its type, None where it is not filled in; of a
    written one the condition itself. `read_leaf(fields, path)` reads what `tree_leaves` names.
    """
    return _read(fields, "r", read_value, read_leaf) or dict(EMPTY)


def _read(fields: Mapping[str, Sequence[str]], path: str, read_value: ReadValue, read_leaf: ReadLeaf) -> Node | None:
    if joint := _first(fields, f"g.{path}"):
        parts = [_read(fields, below, read_value, read_leaf) for below in _below(fields, path)]
        return make_group(joint, [one for one in parts if one is not None])
    trait = _first(fields, f"t.{path}")
    if not trait:
        return None
    if tree_leaves.is_own(trait):
        return read_leaf(fields, path)
    texts = [text for text in fields.get(f"v.{path}", ()) if text != ""]
    if trait == WRITTEN:
        written: Node = read_value(trait, "", texts)
        return written
    if trait.startswith("scheme:"):
        ids = [int(text) for text in texts if text.isascii() and text.isdigit()]
        number = trait.removeprefix("scheme:")
        leaf: Node = {"scheme": int(number) if number.isascii() and number.isdigit() else 0, "classes": ids}
        days = _first(fields, f"d.{path}").strip()
        if days.isascii() and days.isdigit() and 0 < int(days) < 10**6:
            leaf["days"] = int(days)
        return {"not": leaf} if _first(fields, f"o.{path}") == "not_in" else leaf
    op = _first(fields, f"o.{path}")
    value = read_value(trait, op, texts)
    return {"trait": trait, "op": op} | ({} if value is None else {"value": value})


def make_group(joint: str, parts: list[Node]) -> Node:
    if joint == "none":
        return {"not": {"any": parts}}
    return {joint if joint in JOINTS else "all": parts}


def as_group(node: Node) -> Node:
    """Return a rule with a group at its root, as the form shows it."""
    return node if joint_of(node) else {"all": [node]}


def joint_of(node: Node) -> str:
    """Return how a group joins its parts; empty for a condition."""
    if "all" in node or "any" in node:
        return "all" if "all" in node else "any"
    return "none" if "any" in node.get("not", {}) else ""


def parts_of(node: Node) -> list[Node]:
    joint = joint_of(node)
    found = node["not"]["any"] if joint == "none" else node.get(joint, [])
    return list(found)


def change_tree(node: Node, what: str, new_leaf: Node, new_test: Node) -> Node:
    """Return the tree after the change that a button names, as "VERB:PATH".

    condition, group: added at the end of the group there · all, any, none: how the group there joins its parts ·
    remove, copy, up, down: of the part there · test, untest: a test of the leaf there (`tree_leaves.change_tests`).
    """
    verb, _, path = what.partition(":")
    path, at = _split(path)
    steps = [int(one) for one in path.split(".")[1:] if one.isascii() and one.isdigit()]
    if verb in ("condition", "group"):
        added = new_leaf if verb == "condition" else {"any": [new_leaf]}
        return _at(node, steps, lambda group: make_group(joint_of(group), [*parts_of(group), added]))
    if verb in JOINTS:
        return _at(node, steps, lambda group: make_group(verb, parts_of(group)))
    if verb in ("test", "untest"):
        return _at_leaf(node, steps, lambda leaf: tree_leaves.change_tests(leaf, verb, at, new_test))
    if verb not in _MOVES:
        return node
    if not steps:
        return dict(EMPTY) if verb == "remove" else node
    return _at(node, steps[:-1], lambda group: _moved(group, verb, steps[-1]))


def _split(path: str) -> tuple[str, str]:
    """Return the path of a leaf and what follows it: of a test its place."""
    end = min((place for place in (path.find("~"), path.find("-")) if place >= 0), default=len(path))
    return path[:end], path[end:]


_MOVES: Mapping[str, Callable[[list[Node], int], None]] = {
    "remove": lambda parts, place: parts.__delitem__(place),
    "copy": lambda parts, place: parts.insert(place + 1, deepcopy(parts[place])),
    "up": lambda parts, place: parts.insert(max(place - 1, 0), parts.pop(place)),
    "down": lambda parts, place: parts.insert(place + 1, parts.pop(place)),
}


def _moved(group: Node, verb: str, place: int) -> Node:
    parts = parts_of(group)
    if place < len(parts):
        _MOVES[verb](parts, place)
    return make_group(joint_of(group), parts)


def walk(node: Node, path: str = "r") -> Iterator[tuple[str, Node]]:
    """Yield every group and condition with its path in the form."""
    yield path, node
    for place, part in enumerate(parts_of(node)):
        yield from walk(part, f"{path}.{place}")


def _at(node: Node, steps: Sequence[int], change: Callable[[Node], Node]) -> Node:
    if not joint_of(node):
        return node
    if not steps:
        return change(node)
    parts = parts_of(node)
    if steps[0] < len(parts):
        parts[steps[0]] = _at(parts[steps[0]], steps[1:], change)
    return make_group(joint_of(node), parts)


def _at_leaf(node: Node, steps: Sequence[int], change: Callable[[Node], Node]) -> Node:
    if not joint_of(node):
        return node if steps else change(node)
    parts = parts_of(node)
    if steps and steps[0] < len(parts):
        parts[steps[0]] = _at_leaf(parts[steps[0]], steps[1:], change)
    return make_group(joint_of(node), parts)


def _below(fields: Mapping[str, Sequence[str]], path: str) -> list[str]:
    start = len(path) + 3
    numbers = {
        name[start:].split(".")[0] for name in fields if name[:2] in ("g.", "t.") and name[2:].startswith(f"{path}.")
    }
    return [f"{path}.{one}" for one in sorted((one for one in numbers if one.isascii() and one.isdigit()), key=int)]
