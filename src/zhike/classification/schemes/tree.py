"""The rule tree as a form holds it: named fields by path ↔ the JSON of the rule language. Pure.

A field's name is a letter and a path ("t.0.1": the trait of the second part of the root's first part):
g joint of a group · t trait, "scheme:ID", or WRITTEN · o comparison · v values, as text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

WRITTEN = "written"  # in place of a trait: a condition as text, of any kind
JOINTS = ("all", "any", "none")
type Node = dict[str, Any]
type ReadValue = Callable[[str, str, Sequence[str]], Any]

EMPTY: Node = {"all": []}


def read_tree(fields: Mapping[str, Sequence[str]], read_value: ReadValue) -> Node:
    """Return the rule in a posted form; the root is a group.

    `read_value(trait, op, texts)` gives the value of a condition in its type, None where it is not filled in; of a
    written one the condition itself.
    """
    return _read(fields, "r", read_value) or dict(EMPTY)


def _read(fields: Mapping[str, Sequence[str]], path: str, read_value: ReadValue) -> Node | None:
    if joint := _first(fields, f"g.{path}"):
        parts = [_read(fields, below, read_value) for below in _below(fields, path)]
        return make_group(joint, [one for one in parts if one is not None])
    trait = _first(fields, f"t.{path}")
    if not trait:
        return None
    texts = [text for text in fields.get(f"v.{path}", ()) if text != ""]
    if trait == WRITTEN:
        written: Node = read_value(trait, "", texts)
        return written
    if trait.startswith("scheme:"):
        ids = [int(text) for text in texts if text.isascii() and text.isdigit()]
        number = trait.removeprefix("scheme:")
        leaf: Node = {"scheme": int(number) if number.isascii() and number.isdigit() else 0, "classes": ids}
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


def change_tree(node: Node, what: str, new_leaf: Node) -> Node:
    """Return the tree after "condition:PATH", "group:PATH" (added at the end of the group there), "remove:PATH" or
    "all:PATH", "any:PATH", "none:PATH" (how the group there joins its parts)."""
    verb, _, path = what.partition(":")
    steps = [int(one) for one in path.split(".")[1:] if one.isascii() and one.isdigit()]
    if verb == "remove":
        return _at(node, steps[:-1], lambda group: _without(group, steps[-1])) if steps else dict(EMPTY)
    if verb in ("condition", "group"):
        added = new_leaf if verb == "condition" else {"any": [new_leaf]}
        return _at(node, steps, lambda group: make_group(joint_of(group), [*parts_of(group), added]))
    if verb in JOINTS:
        return _at(node, steps, lambda group: make_group(verb, parts_of(group)))
    return node


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


def _without(group: Node, place: int) -> Node:
    return make_group(joint_of(group), [one for at, one in enumerate(parts_of(group)) if at != place])


def _below(fields: Mapping[str, Sequence[str]], path: str) -> list[str]:
    start = len(path) + 3
    numbers = {
        name[start:].split(".")[0] for name in fields if name[:2] in ("g.", "t.") and name[2:].startswith(f"{path}.")
    }
    return [f"{path}.{one}" for one in sorted((one for one in numbers if one.isascii() and one.isdigit()), key=int)]


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    found = fields.get(name) or ("",)
    return found[0]
