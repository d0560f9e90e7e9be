"""What two people made of the same rule, each from the same beginning: what each changed, and both together. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from . import tree
from .tree import Node


@dataclass(frozen=True, slots=True)
class LeafChange:
    """A condition that was added (`before` is None), removed (`after` is None) or altered."""

    before: Node | None
    after: Node | None


def find_leaf_changes(before: Node, after: Node) -> list[LeafChange]:
    """Return which conditions differ between two rules, those about the same thing side by side."""
    gone, come = _unmatched(list(_leaves(before)), list(_leaves(after)))
    found = []
    for one in gone:
        same = next((other for other in come if _subject(other) == _subject(one)), None)
        if same is not None:
            come.remove(same)
        found.append(LeafChange(one, same))
    return found + [LeafChange(None, one) for one in come]


def merge_rules(base: Node, mine: Node, theirs: Node) -> Node:
    """Return their rule with what I changed since `base`; of a condition that both altered, mine."""
    if mine in (base, theirs):
        return theirs
    joints = [tree.joint_of(one) for one in (base, mine, theirs)]
    if theirs == base or not all(joints):
        return mine
    joint = joints[1] if joints[1] != joints[0] else joints[2]
    return tree.make_group(joint, _merge_parts(*(tree.parts_of(one) for one in (base, mine, theirs))))


def _merge_parts(base: list[Node], mine: list[Node], theirs: list[Node]) -> list[Node]:
    theirs_of = dict(_aligned(base, theirs))
    merged = list(theirs)
    paired = dict(_aligned(base, mine))
    for place, part in enumerate(base):
        there = theirs_of.get(place)
        ours = mine[paired[place]] if place in paired else None
        if ours == part:
            continue
        if there is None:
            merged += [ours] if ours is not None else []  # they took it out, I altered it
        elif ours is not None:
            merged[merged.index(theirs[there])] = merge_rules(part, ours, theirs[there])
        elif theirs[there] == part:
            merged.remove(part)
    added = [one for place, one in enumerate(mine) if place not in paired.values()]
    return merged + [one for one in added if one not in theirs]


def _aligned(before: list[Node], after: list[Node]) -> Iterator[tuple[int, int]]:
    """Yield the places of parts that stayed or were altered, in both lists."""
    for kind, one, until, two, end in SequenceMatcher(
        None, _texts(before), _texts(after), autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield from zip(range(one, until), range(two, end), strict=True)
        elif kind == "replace":
            yield from _pairs(before, range(one, until), after, list(range(two, end)))


def _pairs(before: list[Node], places: range, after: list[Node], left: list[int]) -> Iterator[tuple[int, int]]:
    for place in places:
        alike = next((one for one in left if _subject(after[one]) == _subject(before[place])), None)
        if alike is not None:
            left.remove(alike)
            yield place, alike


def _leaves(node: Node) -> Iterator[Node]:
    for part in tree.parts_of(node) if tree.joint_of(node) else ():
        yield from _leaves(part)
    if not tree.joint_of(node):
        yield node


def _unmatched(before: list[Node], after: list[Node]) -> tuple[list[Node], list[Node]]:
    left = list(after)
    gone = []
    for one in before:
        if one in left:
            left.remove(one)
        else:
            gone.append(one)
    return gone, left


def _subject(node: Node) -> object:
    """Return what a condition is about; groups are all alike."""
    if tree.joint_of(node):
        return "group"
    inner = node.get("not", node)
    return next(
        ((name, str(inner[name])) for name in ("trait", "scheme", "fact", "first", "bucket") if name in inner), ""
    )


def _texts(parts: Sequence[Node]) -> list[str]:
    return [json.dumps(one, sort_keys=True) for one in parts]
