"""Making, editing and retiring customer management types. A change of how a scheme sorts goes draft → applied."""

from datetime import datetime
from typing import Any

from django.db import transaction

from zhike.accounts.public import User
from zhike.audit.public import record
from zhike.classification.errors import (
    DraftChanged,
    KeyTaken,
    KindWrong,
    NameMissing,
    NoClassYet,
    NoDraft,
    OverlapIsByRules,
    SchemeIsRetired,
    SchemeStillAsked,
)
from zhike.classification.events import (
    SchemeApplied,
    SchemeCreated,
    SchemeDraftDiscarded,
    SchemeDrafted,
    SchemeOwnerChanged,
    SchemeRenamed,
    SchemeRestored,
    SchemeRetired,
)
from zhike.classification.models import Scheme, SchemeVersion
from zhike.classification.policies.personal import check_version
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

from . import queries, rule_checks, rules
from .closing import close_assignments

MADE_BY_PEOPLE = (Scheme.Kind.RULE, Scheme.Kind.HAND)


@transaction.atomic
def create_scheme(
    *,
    key: str,
    kind: str,
    name_zh: str = "",
    name_en: str = "",
    meaning_zh: str = "",
    meaning_en: str = "",
    overlapping: bool = False,
    by: Actor,
    at: datetime,
) -> Scheme:
    """Make a customer management type that sorts by rules or by hand, without classes; the former as a draft.

    `overlapping`: customers are in every class whose rule they meet, instead of the first. It stays so for ever.

    :raises KeyTaken: if another scheme has the key; `KeyWrong`, `KindWrong`, `NameMissing`, `OverlapIsByRules` for
        wrong input.
    """
    rules.check_key(key)
    if kind not in MADE_BY_PEOPLE:
        raise KindWrong(kind=str(kind)[:20])
    if overlapping and kind != Scheme.Kind.RULE:
        raise OverlapIsByRules
    names = _names(name_zh, name_en) | {"meaning_zh": tidy(meaning_zh)[:300], "meaning_en": tidy(meaning_en)[:300]}
    last = Scheme.objects.order_by("-position").values_list("position", flat=True).first()
    scheme, created = Scheme.objects.get_or_create(
        key=key,
        defaults={
            **names, "kind": kind, "overlapping": overlapping, "position": (last or 0) + 1, "created_at": at,
        },
    )  # fmt: skip
    if not created:
        raise KeyTaken(key=key)
    _start(scheme, by, at)
    record(event=SchemeCreated(scheme.id, key, kind), by=by)
    return scheme


def _start(scheme: Scheme, by: Actor, at: datetime) -> None:
    """Give a new scheme its first version: a draft, or for a hand scheme, where nothing is tried, one in force."""
    by_hand = scheme.kind == Scheme.Kind.HAND
    SchemeVersion.objects.create(
        scheme=scheme,
        number=1,
        parameters=_start_parameters(scheme.kind),
        created_at=at,
        created_by_id=_person(by),
        applied_at=at if by_hand else None,
    )
    if by_hand:
        scheme.version, scheme.status = 1, Scheme.Status.ACTIVE
        scheme.save(update_fields=["version", "status"])


@transaction.atomic
def rename_scheme(
    *,
    key: str,
    name_zh: str,
    name_en: str,
    meaning_zh: str = "",
    meaning_en: str = "",
    by: Actor,
    at: datetime,
) -> Scheme:
    """Change what a scheme is called; at once, as names decide nothing."""
    scheme = _locked(key)
    for field, text in _names(name_zh, name_en).items():
        setattr(scheme, field, text)
    scheme.meaning_zh, scheme.meaning_en = tidy(meaning_zh)[:300], tidy(meaning_en)[:300]
    scheme.save(update_fields=["name_zh", "name_en", "meaning_zh", "meaning_en"])
    record(event=SchemeRenamed(scheme.id, scheme.name_zh, scheme.name_en), by=by)
    return scheme


@transaction.atomic
def give_scheme_owner(*, key: str, owner: User | None, by: Actor, at: datetime) -> Scheme:
    """Say who answers for a scheme; None: nobody. The same person again is no change."""
    scheme = _locked(key)
    owner_id = owner.pk if owner else None
    if scheme.owner_id != owner_id:
        scheme.owner_id = owner_id
        scheme.save(update_fields=["owner"])
        record(event=SchemeOwnerChanged(scheme.id, owner_id), by=by)
    return scheme


@transaction.atomic
def save_draft(
    *,
    key: str,
    parameters: dict[str, Any] | None = None,
    rules_by_class: dict[str, Any] | None = None,
    number: int | None = None,
    seen: str | None = None,
    edit: int | None = None,
    by: Actor,
    at: datetime,
) -> SchemeVersion:
    """Keep changes to how a scheme sorts without putting them in force; starts a draft where there is none.

    What is None stays as it was. Rules may be incomplete while they are edited, not malformed. `number` is the draft
    that the person was looking at, `seen` the mark of its state (`queries.draft_mark`). `edit` is when an edit that is
    sent as one types was made (ms): what the same person saved since `seen` does not stop it, unless that is newer.

    :raises DraftChanged: if that draft was applied or discarded, or with `seen` saved by somebody, since.
    """
    scheme = _locked(key)
    if scheme.status == Scheme.Status.RETIRED:
        raise SchemeIsRetired(name=scheme.name)
    if seen is not None and seen != queries.draft_mark(scheme=scheme) and not _follows_own(scheme, edit, by):
        raise DraftChanged(who=queries.find_draft_changer(scheme=scheme))
    draft = _draft(scheme, by, at)
    if number is not None and number != draft.number:
        raise DraftChanged(who=queries.find_draft_changer(scheme=scheme))
    class_keys = [one.key for one in queries.list_classes(scheme_id=scheme.id)]
    if parameters is not None:
        draft.parameters = _checked(scheme, {**draft.parameters, **parameters}, class_keys)
    if rules_by_class is not None:
        draft.rules = {
            one: rule_checks.well_formed(rule) for one, rule in rules_by_class.items() if one in class_keys and rule
        }
    draft.created_at, draft.created_by_id, draft.stamp, draft.edit = at, _person(by), draft.stamp + 1, edit or 0
    draft.save()
    return draft


def _follows_own(scheme: Scheme, edit: int | None, by: Actor) -> bool:
    """Tell whether an edit was made after the one by the same person that the draft holds, whose answer it overtook."""
    draft = queries.find_draft(scheme=scheme)
    return edit is not None and draft is not None and draft.created_by_id == _person(by) and edit >= draft.edit


@transaction.atomic
def discard_draft(*, key: str, by: Actor, at: datetime) -> None:
    """Throw the waiting changes of a scheme away.

    :raises NoDraft: if there are none.
    """
    scheme = _locked(key)
    draft = queries.find_draft(scheme=scheme)
    if draft is None or scheme.version == 0:
        raise NoDraft(name=scheme.name)
    draft.delete()
    record(event=SchemeDraftDiscarded(scheme.id, draft.number), by=by)


@transaction.atomic
def put_draft_in_force(*, key: str, by: Actor, at: datetime) -> SchemeVersion:
    """Make the waiting changes of a scheme its version in force. Classes follow with the next run.

    :raises RuleHasProblems: if a rule is incomplete; `NoClassYet`, `RulesInCircle`, `NoDraft` likewise.
    :raises TraitBehindPrice: if personal traits would decide on prices.
    """
    scheme = _locked(key)
    draft = queries.find_draft(scheme=scheme)
    if draft is None:
        raise NoDraft(name=scheme.name)
    classes = queries.list_classes(scheme_id=scheme.id)
    if not classes:
        raise NoClassYet(name=scheme.name)
    draft.parameters = _checked(scheme, draft.parameters, [one.key for one in classes])
    if scheme.kind == Scheme.Kind.RULE:
        rule_checks.check_rules(scheme=scheme, classes=classes, rules_by_class=draft.rules)
    check_version(version=draft)
    draft.applied_at = at
    draft.save()
    scheme.version, scheme.status = draft.number, Scheme.Status.ACTIVE
    scheme.save(update_fields=["version", "status"])
    record(event=SchemeApplied(scheme.id, draft.number), by=by)
    return draft


@transaction.atomic
def retire_scheme(*, key: str, by: Actor, at: datetime) -> int:
    """Take a scheme out of use: its open assignments end, history stays. Return how many ended.

    :raises SchemeStillAsked: if rules of other schemes ask for its classes.
    """
    scheme = _locked(key)
    if scheme.status == Scheme.Status.RETIRED:
        raise SchemeIsRetired(name=scheme.name)
    if users := queries.find_asking_schemes(scheme_id=scheme.id):
        raise SchemeStillAsked(name=scheme.name, users="、".join(one.name for one in users))
    closed = close_assignments(scheme_id=scheme.id, at=at)
    scheme.status = Scheme.Status.RETIRED
    scheme.save(update_fields=["status"])
    record(event=SchemeRetired(scheme.id, closed), by=by)
    return closed


@transaction.atomic
def restore_scheme(*, key: str, by: Actor, at: datetime) -> Scheme:
    """Bring a retired scheme back; the next run fills it."""
    scheme = _locked(key)
    scheme.status = Scheme.Status.ACTIVE if scheme.version else Scheme.Status.DRAFT
    scheme.save(update_fields=["status"])
    record(event=SchemeRestored(scheme.id), by=by)
    return scheme


def _locked(key: str) -> Scheme:
    return Scheme.objects.select_for_update().get(id=queries.get_scheme(key=key).id)


def _draft(scheme: Scheme, by: Actor, at: datetime) -> SchemeVersion:
    draft = queries.find_draft(scheme=scheme)
    if draft is not None:
        return draft
    current = queries.get_version(scheme=scheme)
    newest = SchemeVersion.objects.filter(scheme=scheme).order_by("-number").values_list("number", flat=True).first()
    draft = SchemeVersion.objects.create(
        scheme=scheme,
        number=(newest or 0) + 1,
        parameters=current.parameters if current else _start_parameters(scheme.kind),
        rules=current.rules if current else {},
        created_at=at,
        created_by_id=_person(by),
    )
    record(event=SchemeDrafted(scheme.id, draft.number), by=by)
    return draft


def _checked(scheme: Scheme, parameters: dict[str, Any], class_keys: list[str]) -> dict[str, Any]:
    found = rules.check_parameters(scheme.kind, parameters, class_keys)
    return {**found, "default": None} if scheme.overlapping else found  # who meets no rule is in none of its classes


def _start_parameters(kind: str) -> dict[str, Any]:
    return {"order": [], "default": None} if kind == Scheme.Kind.RULE else {}


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    names = {"name_zh": tidy(name_zh)[:60], "name_en": tidy(name_en)[:60]}
    if not any(names.values()):
        raise NameMissing
    return names


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None
