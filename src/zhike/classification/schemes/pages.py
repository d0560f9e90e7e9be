"""What the pages of management types show, loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhike.accounts.public import get_organisation
from zhike.classification import permissions
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion
from zhike.kit.actor import Actor

from . import actions, queries
from .forms import NewClassForm, threshold_form
from .previews import SchemePreview, preview_scheme
from .rules import FIXED_KINDS
from .wording import rule_sentence


@dataclass(frozen=True, slots=True)
class SchemeRow:
    scheme: Scheme
    draft: SchemeVersion | None
    classes: Sequence[CustomerClass]


@dataclass(frozen=True, slots=True)
class EditorPage:
    """A scheme being looked at: `version` is the draft where there is one, else the one in force."""

    scheme: Scheme
    version: SchemeVersion
    draft: SchemeVersion | None
    classes: list[CustomerClass]
    form: Any
    may_change: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    one: CustomerClass
    sentence: str
    has_rule: bool


def list_rows() -> list[SchemeRow]:
    """Return all schemes with their drafts and classes: three queries."""
    drafts = {one.scheme_id: one for one in SchemeVersion.objects.filter(applied_at=None)}
    classes: dict[int, list[CustomerClass]] = {}
    for one in CustomerClass.objects.filter(retired_at=None).order_by("position", "id"):
        classes.setdefault(one.scheme_id, []).append(one)
    return [SchemeRow(one, drafts.get(one.id), classes.get(one.id, [])) for one in queries.list_schemes()]


def load_editor(*, key: str, actor: Actor) -> EditorPage:
    """:raises NoSuchScheme: if there is none with the key."""
    scheme = queries.get_scheme(key=key)
    draft = queries.find_draft(scheme=scheme)
    version = draft or queries.get_version(scheme=scheme) or SchemeVersion(scheme=scheme, number=1)
    classes = queries.list_classes(scheme_id=scheme.id)
    if scheme.kind == Scheme.Kind.RULE:
        order = {one: place for place, one in enumerate(version.parameters.get("order", []))}
        classes.sort(key=lambda one: order.get(one.key, len(order) + one.position))
    form = threshold_form(scheme, dict(version.parameters), classes)
    return EditorPage(scheme, version, draft, classes, form, actor.may(permissions.CHANGE))


def editor_context(page: EditorPage) -> dict[str, Any]:
    """Return the context of a scheme's pages, the preview of its draft included."""
    currency = get_organisation().currency
    by_rules = page.scheme.kind == Scheme.Kind.RULE
    return {
        "scheme": page.scheme,
        "seen": queries.draft_mark(scheme=page.scheme),
        "version": page.version,
        "draft": page.draft,
        "classes": page.classes,
        "rule_rows": [_rule_row(page, one, currency) for one in page.classes] if by_rules else [],
        "may_add": page.scheme.kind not in FIXED_KINDS and page.may_change,
        "new_class": NewClassForm(),
        "preview": try_out(page, None) if page.scheme.kind != Scheme.Kind.HAND else None,
        "is_retired": page.scheme.status == Scheme.Status.RETIRED,
        "currency": currency,
    }


def try_out(page: EditorPage, parameters: Mapping[str, Any] | None) -> SchemePreview:
    """Return what the version, or it with other thresholds, would do."""
    return preview_scheme(scheme=page.scheme, version=page.version, parameters=parameters)


@transaction.atomic
def keep_names(*, key: str, given: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Keep what the form of names says: names and meaning, and who answers for the scheme."""
    names = {name: text for name, text in given.items() if name != "owner"}
    actions.rename_scheme(key=key, **names, by=by, at=at)
    actions.give_scheme_owner(key=key, owner=given["owner"], by=by, at=at)


def may_be_simulated(scheme: Scheme) -> bool:
    return scheme.kind != Scheme.Kind.HAND


def names_of(one: Scheme | CustomerClass) -> dict[str, str]:
    return {name: getattr(one, name) for name in ("name_zh", "name_en", "meaning_zh", "meaning_en")}


def _rule_row(page: EditorPage, one: CustomerClass, currency: str) -> RuleRow:
    document = page.version.rules.get(one.key)
    return RuleRow(one, rule_sentence(document, currency=currency) if document else "", bool(document))
