"""Two people edit the same management type: what the other changed meanwhile, beside what I typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from zhike.accounts.public import User, get_organisation
from zhike.classification.models import CustomerClass
from zhike.engine.public import RULE_VERSION

from . import rule_checks, tree
from .merging import LeafChange, find_leaf_changes, merge_rules
from .pages import EditorPage
from .wording import rule_sentence

SALT = "classification.rule"
CHOICES = ("mine", "both")
type Document = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs, in words; `before` or `after` may be empty."""

    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two made of the rule: how it reads and what changed since both began."""

    sentence: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody saved since I began. `theirs` and `mine` are there where both changed this rule: then I choose.

    `others` is what else they changed; `kept` has what I may go on with, sealed.
    """

    who: str
    others: Sequence[Change]
    theirs: Side | None = None
    mine: Side | None = None
    kept: Mapping[str, str] | None = None


def seal_beginning(page: EditorPage) -> str:
    """Return what a person begins with, to come back with the form."""
    return _seal(_beginning(page))


def find_meeting(sealed: str, page: EditorPage, one: CustomerClass, mine: Document, *, me: Any) -> Meeting | None:
    """Return what somebody else saved since the form was given out; None where nobody did."""
    before, now = _open(sealed), _beginning(page)
    saver = page.draft.created_by if page.draft else page.version.created_by
    if before is None or (saver is not None and saver.pk == me) or before == now:
        return None
    others = _others(before, now, one.key)
    base, theirs = before["rules"].get(one.key), now["rules"].get(one.key)
    if base == theirs or theirs == mine:
        return Meeting(_name(saver), others) if others else None
    both = _document(merge_rules(_node(base), _node(mine), _node(theirs)))
    kept = {"mine": _seal(mine), "both": _seal(both)}
    return Meeting(_name(saver), others, _side(base, theirs), _side(base, mine), kept)


def seal_values(held: Mapping[str, Any]) -> str:
    """Return the values that a form begins with, to come back with it."""
    return _seal(dict(held))


def settle_changes(form: forms.Form, sealed: str, held: Mapping[str, Any], *, who: Callable[[], str]) -> bool:
    """Let a valid form keep what somebody else changed and I did not; say beside a field that both changed what it is.

    `who` finds the name of who changed it. Return whether there is such a field: then nothing is saved, and sent once
    more mine holds.
    """
    before = _open(sealed)
    if before is None:
        return False
    for name in [name for name, value in held.items() if before.get(name) != value]:
        mine = getattr(form.cleaned_data[name], "pk", form.cleaned_data[name])
        if mine == before.get(name):
            form.cleaned_data[name] = form.fields[name].clean(held[name])
        elif mine != held[name]:
            shown = dict(getattr(form.fields[name], "choices", ())).get(held[name], held[name])
            text = _("{who} has set this to {value} in the meantime.")
            form.add_error(name, text.format(who=who() or _("Somebody"), value=shown))
    return bool(form.errors)


def open_choice(posted: Mapping[str, Any]) -> tuple[bool, Document]:
    """Return whether a person chose how to go on with what they typed, and with which rule."""
    choice = str(posted.get("do", "")).removeprefix("keep:")
    return (True, _open(str(posted.get(choice, "")))) if choice in CHOICES else (False, None)


def _beginning(page: EditorPage) -> dict[str, Any]:
    return {
        "rules": {key: rule_checks.well_formed(rule) for key, rule in page.version.rules.items() if rule},
        "classes": [[one.key, one.name, one.hue] for one in page.classes],
    }


def _others(before: dict[str, Any], now: dict[str, Any], own: str) -> list[Change]:
    """Return what changed beside the rule of the class `own`: other rules, classes, their names, colours and order."""
    then, there = ({key: (name, hue) for key, name, hue in one["classes"]} for one in (before, now))
    found = [Change(_("class added"), after=there[key][0]) for key in there if key not in then]
    found += [Change(_("class removed"), before=then[key][0]) for key in then if key not in there]
    stayed = [key for key in there if key in then]
    found += [Change(_("name"), then[key][0], there[key][0]) for key in stayed if then[key][0] != there[key][0]]
    recoloured = [key for key in stayed if then[key][1] != there[key][1]]
    found += [Change(_("colour of “{name}”").format(name=there[key][0])) for key in recoloured]
    orders = [[key for key, *_more in one["classes"] if key in stayed] for one in (before, now)]
    if orders[0] != orders[1]:
        found.append(Change(_("order"), *(" → ".join(there[key][0] for key in keys) for keys in orders)))
    for key in there:
        rules = before["rules"].get(key), now["rules"].get(key)
        if key != own and rules[0] != rules[1]:
            found.append(Change(_("rule of “{name}”").format(name=there[key][0]), *map(_sentence, rules)))
    return found


def _side(base: Document, rule: Document) -> Side:
    return Side(_sentence(rule), [_said(one) for one in find_leaf_changes(_node(base), _node(rule))])


def _said(change: LeafChange) -> Change:
    before, after = (_sentence(_document(one)) if one else "" for one in (change.before, change.after))
    label = _("altered") if before and after else _("added") if after else _("removed")
    return Change(label, before, after)


def _sentence(rule: Document) -> str:
    return str(rule_sentence(rule, currency=get_organisation().currency)) if rule else ""


def _node(rule: Document) -> tree.Node:
    return tree.as_group(rule["rule"]) if rule else dict(tree.EMPTY)


def _document(node: tree.Node) -> Document:
    return {"version": RULE_VERSION, "rule": node} if not tree.joint_of(node) or tree.parts_of(node) else None


def _name(who: User | None) -> str:
    return who.name if who else _("Somebody")


def _seal(given: Any) -> str:
    return signing.dumps(given, salt=SALT, compress=True)


def _open(sealed: str) -> Any:
    try:
        return signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
