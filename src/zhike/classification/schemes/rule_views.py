from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from zhike.accounts.public import get_organisation, needs
from zhike.classification import permissions
from zhike.classification.errors import NoSuchClass
from zhike.classification.models import CustomerClass, Scheme
from zhike.classification.rule_language.reading import read_rule
from zhike.engine.public import RULE_VERSION, Op, rule_to_json, traits
from zhike.kit.errors import Refusal

from . import actions, pages, queries, rule_history, tree, tree_leaves, tree_pages, tree_values, two_writers
from .leaf_offers import offers
from .previews import count_matching, preview_scheme
from .rule_met import find_met, text_of
from .tree_facts import NEW_TEST, Offer, leaf_labels, read_test, sound_test
from .wording import rule_sentence

PAGE = "classification/schemes/rule.html"
NEW_LEAF: tree.Node = {"trait": "monetary", "op": "ge"}
STEPS = {"undo": "back", "redo": "ahead"}


@require_http_methods(["GET", "POST"])
@needs(permissions.CHANGE)
def rule(request: HttpRequest, key: str, class_key: str) -> HttpResponse:
    """Edit the rule of a class, as a tree or as text; every change is kept in the draft at once."""
    page = pages.load_editor(key=key, actor=request.actor)
    one = next((each for each in page.classes if each.key == class_key), None)
    if one is None or page.scheme.kind != Scheme.Kind.RULE:
        raise NoSuchClass
    note, meeting = "", None
    if request.method == "POST":
        try:
            page, meeting = _keep(request, page, one)
        except Refusal as refusal:
            note = refusal.message
    template = f"{PAGE}#editor" if request.htmx and request.method == "POST" else PAGE
    return render(request, template, {**_context(request, page, one), "note": note, "meeting": meeting})


def _keep(
    request: HttpRequest, page: pages.EditorPage, one: CustomerClass
) -> tuple[pages.EditorPage, two_writers.Meeting | None]:
    """Keep the rule as it was posted, as it was a step before or after, or as chosen of two people's.

    What somebody else saved meanwhile comes back; where it is the same rule, nothing is kept but a step to go back to.
    """
    name, before, way = (
        f"{page.scheme.key}/{one.key}",
        page.version.rules.get(one.key),
        STEPS.get(request.POST.get("do", "")),
    )
    chosen, after = two_writers.open_choice(request.POST)
    if not chosen:
        after = rule_history.step(request.session, name, way, before) if way else _posted(request.POST)
    meeting = two_writers.find_meeting(request.POST.get("base", ""), page, one, after, me=request.user.pk)
    if meeting and meeting.mine:
        rule_history.remember(request.session, name, after, before)
        return page, meeting
    seen = queries.draft_mark(scheme=page.scheme) if meeting else request.POST.get("seen")
    _save(request, page.scheme, {**page.version.rules, one.key: after}, seen)
    if not way:
        rule_history.remember(request.session, name, before, after)
    return pages.load_editor(key=page.scheme.key, actor=request.actor), meeting


def _save(request: HttpRequest, scheme: Scheme, rules_by_class: dict[str, Any], seen: str | None) -> None:
    """Save the draft. An edit whose answer a newer one overtook may be worked out after it: the newer stays."""
    made = request.POST.get("edit", "")
    edit = int(made) if made.isascii() and made.isdecimal() and len(made) < 16 else 0
    actions.save_draft(key=scheme.key, rules_by_class=rules_by_class, seen=seen, edit=edit, by=request.actor, at=now())


def _posted(post: QueryDict) -> dict[str, Any] | None:
    if "text" in post:
        text = str(post["text"])
        return rule_to_json(read_rule(text=text)) if text.strip() else None
    node = read_posted(post, Offer(get_organisation().currency))
    return {"version": RULE_VERSION, "rule": node} if tree.parts_of(node) else None


def read_posted(post: QueryDict, offer: Offer) -> tree.Node:
    """Return the tree in a posted form after the change that its button or its list of additions asks for."""
    fields = {name: _sound(name, values, post) for name, values in post.lists()}
    reading = partial(tree_leaves.read_leaf, read_test=partial(read_test, offer=offer), year=now().year)
    node = tree.read_tree(fields, partial(tree_values.read_value, currency=offer.currency), reading)
    added = next((name[2:] for name, values in fields.items() if name.startswith("f.") and any(values)), "")
    what = f"condition:{added}" if added else post.get("do", "")
    return tree.change_tree(node, what, make_leaf(post.get(f"f.{added}", "")), dict(NEW_TEST))


def make_leaf(asked: str) -> tree.Node:
    """Return a new condition about a trait, a scheme's class, or facts; empty: about the amount bought for."""
    if tree_leaves.is_own(asked):
        return tree_leaves.new_leaf(asked, lot=f"{now():%Y}-1")
    if asked.startswith("scheme:") and asked[7:].isdecimal():
        return {"scheme": int(asked[7:]), "classes": []}
    trait = traits.get(asked)
    if trait is None:
        return {"trait": tree.WRITTEN, "op": "eq"} if asked == tree.WRITTEN else dict(NEW_LEAF)
    return {"trait": asked, "op": str(tree_values.first_op(trait))}


def _sound(name: str, values: list[str], post: QueryDict) -> list[str]:
    """Return a field's values; a comparison that the newly chosen trait does not know becomes its usual one."""
    if name.startswith("x."):
        return [next((one.strip() for one in values if one.strip()), "")]
    if name.startswith("y."):
        taken = _sound("x.", post.getlist(f"x.{name[2:]}"), post)[0]
        return [sound_test(taken, values[0])]
    trait = traits.get(post.get(f"t.{name[2:]}", "")) if name.startswith("o.") else None
    if trait is None or (values[0] in set(Op) and Op(values[0]) in tree_values.ops_of(trait)):
        return values
    return [str(tree_values.first_op(trait))]


def _context(request: HttpRequest, page: pages.EditorPage, one: CustomerClass) -> dict[str, Any]:
    currency = get_organisation().currency
    document = page.version.rules.get(one.key)
    node = tree.as_group(document["rule"]) if document else dict(tree.EMPTY)
    schemes = [found for found in tree_values.class_choices() if found[0].id != page.scheme.id]
    leaves = tree_pages.leaf_documents(node)
    counts = count_matching([each for _, each in leaves])
    hits = {path: count for (path, _), count in zip(leaves, counts, strict=True)}
    groups = tree_pages.trait_groups(schemes)
    offered = frozenset(each for _, items in groups for each, _ in items)
    drawing = tree_pages.Drawing(Offer(currency), schemes, tree_pages.problems_by_path(node), hits, offered)
    return {
        "scheme": page.scheme,
        "seen": queries.draft_mark(scheme=page.scheme),
        "base": two_writers.seal_beginning(page),
        "draft": page.draft,
        "one": one,
        "classes": page.classes,
        "root": tree_pages.draw_tree(node, drawing),
        "traits": groups,
        "offers": offers(groups),
        "sentence": rule_sentence(document, currency=currency) if document else "",
        "met": find_met(document, actor=request.actor) if document else None,
        "preview": preview_scheme(scheme=page.scheme, version=page.version),
        "joints": tree_pages.joint_labels(),
        "labels": leaf_labels(),
        "steps": rule_history.can_step(request.session, f"{page.scheme.key}/{one.key}"),
        "as_text": request.GET.get("as") == "text",
        "text": request.POST.get("text", text_of(document)),
    }
