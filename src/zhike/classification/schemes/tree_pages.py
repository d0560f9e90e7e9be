"""The rule editor's page: every group and condition with what its controls offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.classification.models import CustomerClass, Scheme
from zhike.engine.public import RULE_VERSION, Form, Op, TraitType, traits
from zhike.ui.public import currency_sign

from . import tree, tree_facts, tree_leaves, tree_values
from .rule_checks import find_problems
from .trait_choices import choices_of
from .tree_facts import LeafView, Offer, with_unknown
from .tree_lists import join_list
from .wording import is_percent
from .words import GROUPS, SPANS, TRAITS, op_label, problem_sentence, trait_label

MOST_COUNTED = 8
type Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NodeView:
    """A group or a condition as the editor draws it. `input` is number, money, date, text, choice or none."""

    path: str
    joint: str = ""
    parts: Sequence["NodeView"] = ()
    trait: str = ""
    op: str = ""
    ops: Choices = ()
    input: str = "text"
    values: Sequence[str] = ()
    choices: Choices = ()
    unit: str = ""
    sign: str = ""
    problem: str = ""
    hit: int | None = None
    days: str = ""
    leaf: LeafView | None = None
    stray: str = ""  # what it asks, where that is no longer offered


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the nodes of one page share."""

    offer: Offer
    schemes: Sequence[tuple[Scheme, Sequence[CustomerClass]]]
    problems: Mapping[str, str]
    hits: Mapping[str, int | None] = field(default_factory=dict)
    offered: frozenset[str] = frozenset()  # what a condition may ask, as the form names it


def draw_tree(node: tree.Node, drawing: Drawing) -> NodeView:
    """Return the view of a rule whose root is a group."""
    return _draw(node, "r", drawing)


def joint_labels() -> Choices:
    return [("all", _("All of them")), ("any", _("Any of them")), ("none", _("None of them"))]


def trait_groups(schemes: Sequence[tuple[Scheme, Sequence[CustomerClass]]]) -> list[tuple[str, Choices]]:
    """Return what a condition may ask, in groups: buying, profile, classes, and what other rooms brought."""
    groups: list[tuple[str, Choices]] = [
        (str(name), [(key, str(trait_label(key))) for key in keys if key in traits]) for name, keys in GROUPS
    ]
    groups.append((_("Class"), [(f"scheme:{one.id}", one.name) for one, _classes in schemes]))
    kinds = [(f"{tree_leaves.FACT}{key}", label) for key, label in tree_facts.kind_choices()]
    ways = [(tree_leaves.TREND, _("Rising or falling")), (tree_leaves.SHARE, _("Share of purchases"))]
    ways += [(tree_leaves.SEQUENCE, _("One after the other")), (tree_leaves.LOT, _("Drawn by lot"))]
    groups.append((_("Activity"), [*kinds, *ways]))
    others = [(one.key, str(trait_label(one.key))) for one in traits if one.key not in TRAITS]
    return [*groups, (_("More"), [*others, (tree.WRITTEN, _("Written as text"))])]


def leaf_documents(node: tree.Node) -> list[tuple[str, dict[str, Any]]]:
    """Return the first complete conditions, each as a rule of its own, with their paths, for counting."""
    leaves = [(path, one) for path, one in tree.walk(node) if not tree.joint_of(one)]
    documents = [(path, {"version": RULE_VERSION, "rule": one}) for path, one in leaves]
    return [(path, one) for path, one in documents[:MOST_COUNTED] if not find_problems(one)]


def problems_by_path(node: tree.Node) -> dict[str, str]:
    """Return form path → sentence for every condition or group that cannot be computed yet."""
    found: dict[str, str] = {}
    for path, one in tree.walk(node):
        if tree.joint_of(one):
            if not tree.parts_of(one) and path != "r":
                found[path] = _("A group has no condition yet. Add one, or remove the group.")
        elif problems := find_problems({"version": RULE_VERSION, "rule": one}):
            found[path] = str(problem_sentence(problems[0]))
    return found


def _draw(node: tree.Node, path: str, drawing: Drawing) -> NodeView:
    problem = drawing.problems.get(path, "")
    if joint := tree.joint_of(node):
        parts = [_draw(one, f"{path}.{place}", drawing) for place, one in enumerate(tree.parts_of(node))]
        return NodeView(path, joint=joint, parts=parts, problem=problem)
    view = _draw_leaf(node, path, drawing, problem)
    return view if view.trait in drawing.offered else replace(view, stray=view.trait.removeprefix(tree_leaves.FACT))


def _draw_leaf(node: tree.Node, path: str, drawing: Drawing, problem: str) -> NodeView:
    hit = drawing.hits.get(path)
    inner = node.get("not", node)
    if "scheme" in inner:
        return _draw_class(inner, path, drawing, "not_in" if "not" in node else "in", problem, hit)
    if "trait" in node and node["trait"] != tree.WRITTEN:
        return _draw_condition(node, path, drawing, problem, hit)
    if (trait := tree_leaves.trait_of(node)) and tree_facts.has_controls(node):
        leaf = tree_facts.draw_leaf(node, path, offer=drawing.offer)
        return NodeView(path, trait=trait, leaf=leaf, problem=problem, hit=hit)
    text, unread = tree_values.show_written(node)
    return NodeView(path, trait=tree.WRITTEN, values=[text], problem=unread or problem, hit=hit)


def _draw_class(node: tree.Node, path: str, drawing: Drawing, op: str, problem: str, hit: int | None) -> NodeView:
    classes = next((classes for scheme, classes in drawing.schemes if scheme.id == node["scheme"]), [])
    return NodeView(
        path,
        trait=f"scheme:{node['scheme']}",
        op=op,
        ops=[("in", _("is one of")), ("not_in", _("is none of"))],
        input="choice",
        values=(values := [str(one) for one in node["classes"]]),
        choices=with_unknown([(str(one.id), one.name) for one in classes], values),
        days=str(node.get("days", "")),
        problem=problem,
        hit=hit,
    )


def _draw_condition(node: tree.Node, path: str, drawing: Drawing, problem: str, hit: int | None) -> NodeView:
    trait = traits.get(node["trait"])
    if trait is None:
        return NodeView(path, trait=node["trait"], op=node["op"], problem=problem)
    op, value = tree_values.offered_way(trait, Op(node["op"]), node.get("value"))
    given = value if isinstance(value, list) else [] if value is None else [value]
    shown = [tree_values.show_value(trait.key, one, currency=drawing.offer.currency) for one in given]
    choices = choices_of(trait.key)
    if op is Op.MONTH_IN:
        choices = [(str(number), str(name)) for number, name in MONTHS.items()]
    if op in tree_values.LISTS and not choices:
        shown = [join_list(shown)]
    wanted = 2 if op is Op.BETWEEN else 1
    return NodeView(
        path,
        trait=trait.key,
        op=str(op),
        ops=[(str(one), str(op_label(one, trait.type))) for one in tree_values.ops_of(trait)],
        input=_input(trait.type, op, bool(choices)),
        values=shown if choices else [*shown, *[""] * (wanted - len(shown))][:wanted],
        choices=with_unknown(choices, shown) if choices else [],
        unit=_("days") if trait.form is Form.DAYS_SINCE or op in SPANS else "%" if is_percent(trait.key) else "",
        sign=currency_sign(drawing.offer.currency, "zh" if (get_language() or "").startswith("zh") else "en")
        if trait.type is TraitType.MONEY
        else "",
        problem=problem,
        hit=hit,
    )


def _input(kind: TraitType, op: Op, has_choices: bool) -> str:
    if op in tree_values.BARE:
        return "none"
    if has_choices:
        return "choice"
    if op in SPANS:
        return "number"
    if op in tree_values.LISTS:
        return "text"
    if op in SPANS:
        return "number"
    return {TraitType.NUMBER: "number", TraitType.MONEY: "money", TraitType.DATE: "date"}.get(kind, "text")
