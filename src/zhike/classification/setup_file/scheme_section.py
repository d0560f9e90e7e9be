"""Schemes in a set-up file: names, classes with colours, and the version in force with its rules as text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zhike.classification.models import CustomerClass, Scheme, SchemeVersion
from zhike.classification.rule_language.reading import get_names, read_rule
from zhike.classification.schemes import actions, class_actions, queries, rules
from zhike.engine.public import Rule, rule_from_json, rule_text, rule_to_json, traits
from zhike.kit.actor import Actor
from zhike.kit.errors import Refusal

from .errors import SetupWrong, say_malformed
from .holding_section import apply_holders, export_steadiness, export_telling

NAMES = ("name_zh", "name_en", "meaning_zh", "meaning_en")
OPEN_ENDED = Scheme.Kind.ATTRIBUTE  # its classes follow the data, and nobody adds one by hand


def export_schemes() -> dict[str, Any]:
    names = get_names()
    schemes = Scheme.objects.select_related("owner").order_by("key")
    return {scheme.key: _export(scheme, names) for scheme in schemes}


def _export(scheme: Scheme, names: Any) -> dict[str, Any]:
    version = queries.get_version(scheme=scheme) or queries.find_draft(scheme=scheme)
    shown = {name: getattr(scheme, name) for name in NAMES}
    classes = [
        {"key": one.key, "hue": one.hue, **{name: getattr(one, name) for name in NAMES}}
        for one in queries.list_classes(scheme_id=scheme.id)
    ]
    held: dict[str, Any] = {"kind": scheme.kind, "status": scheme.status, "position": scheme.position}
    held |= {"overlapping": True} if scheme.overlapping else {}
    held |= {"owner": f"@{scheme.owner.login}"} if scheme.owner else {}
    held |= {"steadiness": steady} if (steady := export_steadiness(scheme)) else {}
    held |= {"telling": told} if (told := export_telling(scheme)) else {}
    texts = {
        key: rule_text(rule_from_json(document), traits, names)
        for key, document in (version.rules if version else {}).items()
    }
    return {**shown, **held, "classes": classes, "parameters": version.parameters if version else {}, "rules": texts}


def apply_schemes(found: Any, by: Actor, at: datetime) -> list[str]:
    """Make the schemes what the file says: first names and classes of all, for rules ask across; then how they sort."""
    if not isinstance(found, dict):
        raise SetupWrong(place="schemes", reason=_("a table of schemes is expected."))
    changes: list[str] = []
    for step in (_shape, _sorting, _status, apply_holders):
        for key, wanted in sorted(found.items(), key=_place):
            try:
                changes += step(key, wanted, by, at)
            except Refusal as refusal:
                raise SetupWrong(place=f"schemes.{key}", reason=refusal.message) from refusal
            except (KeyError, TypeError, AttributeError) as error:
                raise SetupWrong(place=f"schemes.{key}", reason=say_malformed(error)) from error
    return changes


def _place(item: tuple[str, Any]) -> tuple[int, str]:
    place = item[1].get("position", 0) if isinstance(item[1], dict) else 0
    return (place if isinstance(place, int) else 0, item[0])


def _shape(key: str, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    """Make the scheme and its classes exist, with their names and colours."""
    names = {name: str(wanted.get(name, "")) for name in NAMES}
    overlapping = bool(wanted.get("overlapping", False))
    scheme = Scheme.objects.filter(key=key).first()
    changes = []
    if scheme is None:
        scheme = actions.create_scheme(key=key, kind=wanted["kind"], overlapping=overlapping, **names, by=by, at=at)
        changes.append(f"+ {key}")
    elif scheme.kind != wanted["kind"]:
        raise SetupWrong(place=key, reason=f"{scheme.kind} ≠ {wanted['kind']}")
    elif scheme.overlapping != overlapping:
        raise SetupWrong(place=key, reason=f"overlapping: {scheme.overlapping} ≠ {overlapping}")
    elif changed := _differing(scheme, names):
        actions.rename_scheme(key=key, **names, by=by, at=at)
        changes += [f"~ {key}: {line}" for line in changed]
    for one in wanted.get("classes", []):
        changes += _class(scheme, one, by, at)
    return changes + _order(scheme, [one["key"] for one in wanted.get("classes", [])])


def _order(scheme: Scheme, keys: list[str]) -> list[str]:
    """Show the classes in the order of the file; in which order rules are tried stands with the thresholds."""
    held = queries.list_classes(scheme_id=scheme.id)
    ordered = sorted(held, key=lambda one: keys.index(one.key) if one.key in keys else len(keys))
    if ordered == held:
        return []
    for place, one in enumerate(ordered):
        one.position = place
    CustomerClass.objects.bulk_update(ordered, ["position"])
    return [f"~ {scheme.key}: {', '.join(one.key for one in held)} → {', '.join(one.key for one in ordered)}"]


def _class(scheme: Scheme, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    names = {name: str(wanted.get(name, "")) for name in NAMES}
    hue = str(wanted.get("hue", "plain"))
    place = f"{scheme.key}/{wanted['key']}"
    held = CustomerClass.objects.filter(scheme=scheme, key=wanted["key"]).first()
    changes = []
    if held is None:
        if scheme.kind == OPEN_ENDED:  # now, not with its first customer: rules and policies of the file may ask for it
            rules.check_key(f"{scheme.key}_{wanted['key']}".lower())  # codes of places are digits
            rules.check_hue(hue)
            CustomerClass.objects.create(
                scheme=scheme, key=str(wanted["key"]), hue=hue, position=scheme.classes.count(), **names
            )
            return [f"+ {place}"]
        short = {name: names[name] for name in ("name_zh", "name_en")}
        held = class_actions.add_class(scheme_key=scheme.key, key=wanted["key"], **short, hue=hue, by=by, at=at)
        changes.append(f"+ {place}")
    if changed := _differing(held, {**names, "hue": hue}):
        class_actions.change_class(class_id=held.id, **names, hue=hue, by=by, at=at)
        changes += [f"~ {place}: {line}" for line in changed] if not changes else []
    return changes


def _differing(held: Scheme | CustomerClass, wanted: Mapping[str, str]) -> list[str]:
    pairs = ((name, getattr(held, name), text) for name, text in wanted.items())
    return [f"{name} “{before}” → “{after}”" for name, before, after in pairs if before != after]


def _sorting(key: str, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    """Put thresholds and rules in force where they differ from what is."""
    scheme = queries.get_scheme(key=key)
    if scheme.kind == Scheme.Kind.HAND:
        return []
    is_draft = wanted.get("status") == Scheme.Status.DRAFT
    version = queries.get_version(scheme=scheme)
    held = version or (queries.find_draft(scheme=scheme) if is_draft else None)
    keys = [one.key for one in queries.list_classes(scheme_id=scheme.id)]
    parameters = rules.check_parameters(scheme.kind, wanted.get("parameters", {}), keys)
    asked = {one: read_rule(text=text) for one, text in wanted.get("rules", {}).items() if text}
    changes = _sorting_changes(key, held, parameters, asked)
    if changes and not (is_draft and version):  # what is in force here is not taken back by a file that had none
        if scheme.status == Scheme.Status.RETIRED:
            actions.restore_scheme(key=key, by=by, at=at)
        documents = {one: rule_to_json(rule) for one, rule in asked.items()}
        actions.save_draft(key=key, parameters=parameters, rules_by_class=documents, by=by, at=at)
        if not is_draft:
            actions.put_draft_in_force(key=key, by=by, at=at)
        return changes
    return []


def _sorting_changes(
    key: str, version: SchemeVersion | None, parameters: Mapping[str, Any], asked: Mapping[str, Rule]
) -> list[str]:
    if version is None:
        return [f"~ {key}: in force for the first time"]
    changes = [
        f"~ {key}: {name} {version.parameters.get(name)} → {parameters.get(name)}"
        for name in sorted({*version.parameters, *parameters})
        if version.parameters.get(name) != parameters.get(name)
    ]
    held = {one: rule_from_json(document) for one, document in version.rules.items()}
    names = get_names()
    for one in sorted({*held, *asked}):
        if held.get(one) != asked.get(one):
            before, after = (
                rule_text(rule, traits, names) if rule else "–" for rule in (held.get(one), asked.get(one))
            )
            changes.append(f"~ {key}/{one}: {before} → {after}")
    return changes


def _status(key: str, wanted: Mapping[str, Any], by: Actor, at: datetime) -> list[str]:
    scheme = queries.get_scheme(key=key)
    changes = []
    status = wanted.get("status", scheme.status)
    if status == Scheme.Status.RETIRED != scheme.status:
        actions.retire_scheme(key=key, by=by, at=at)
        changes.append(f"- {key}")
    elif status == Scheme.Status.ACTIVE and scheme.status == Scheme.Status.RETIRED:
        actions.restore_scheme(key=key, by=by, at=at)
        changes.append(f"+ {key}")
    place = wanted.get("position", scheme.position)
    if place != scheme.position:
        Scheme.objects.filter(id=scheme.id).update(position=int(place))
        changes.append(f"~ {key}: position {scheme.position} → {place}")
    return changes
