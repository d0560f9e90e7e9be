from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhike.audit.public import find_who_did_last
from zhike.classification.errors import NoSuchClass, NoSuchScheme
from zhike.classification.models import CustomerClass, Scheme, SchemeVersion


@dataclass(frozen=True, slots=True)
class SchemeInForce:
    """An active scheme with the version in force and its classes that are not retired, in their order."""

    scheme: Scheme
    version: SchemeVersion
    classes: Sequence[CustomerClass]


def get_scheme(*, key: str) -> Scheme:
    """:raises NoSuchScheme:"""
    scheme = Scheme.objects.filter(key=key).first()
    if scheme is None:
        raise NoSuchScheme(key=key[:60])
    return scheme


def get_class(*, class_id: int) -> CustomerClass:
    """Return a class with its scheme, also a retired one.

    :raises NoSuchClass:
    """
    found = CustomerClass.objects.select_related("scheme").filter(id=class_id).first()
    if found is None:
        raise NoSuchClass
    return found


def list_schemes() -> list[Scheme]:
    """Return all schemes, in the order in which people see them; retired ones last."""
    schemes = Scheme.objects.order_by("position", "id")
    return sorted(schemes, key=lambda one: one.status == Scheme.Status.RETIRED)


def list_classes(*, scheme_id: int) -> list[CustomerClass]:
    """Return the classes of a scheme that are not retired, in their order."""
    return list(CustomerClass.objects.filter(scheme_id=scheme_id, retired_at=None).order_by("position", "id"))


def get_version(*, scheme: Scheme) -> SchemeVersion | None:
    """Return the version in force; None before the first was applied."""
    return SchemeVersion.objects.filter(scheme=scheme, number=scheme.version, applied_at__isnull=False).first()


def find_draft(*, scheme: Scheme) -> SchemeVersion | None:
    return SchemeVersion.objects.filter(scheme=scheme, applied_at=None).first()


def draft_mark(*, scheme: Scheme) -> str:
    """Return the mark of what waits in a draft: another one after every save, and once it is applied or discarded."""
    draft = find_draft(scheme=scheme)
    return f"{draft.number}.{draft.stamp}" if draft else f"{scheme.version}"


def find_draft_changer(*, scheme: Scheme) -> str:
    """Return the name of who saved the draft last, or applied it or threw it away; “somebody” where it is not known."""
    draft = find_draft(scheme=scheme)
    if draft is not None and draft.created_by is not None:
        return draft.created_by.name
    ended = ["SchemeApplied", "SchemeDraftDiscarded"]
    return (draft is None and find_who_did_last(events=ended, subject=("scheme", scheme.id))) or _("Somebody")


def list_schemes_in_force() -> list[SchemeInForce]:
    """Return the active schemes, each with its version and classes: three queries."""
    schemes = list(Scheme.objects.filter(status=Scheme.Status.ACTIVE).order_by("position", "id"))
    ids = [one.id for one in schemes]
    versions = {
        (one.scheme_id, one.number): one
        for one in SchemeVersion.objects.filter(scheme_id__in=ids, applied_at__isnull=False)
    }
    classes: dict[int, list[CustomerClass]] = {}
    for one in CustomerClass.objects.filter(scheme_id__in=ids, retired_at=None).order_by("position", "id"):
        classes.setdefault(one.scheme_id, []).append(one)
    return [
        SchemeInForce(scheme, versions[scheme.id, scheme.version], classes.get(scheme.id, []))
        for scheme in schemes
        if (scheme.id, scheme.version) in versions
    ]


def find_asking_schemes(*, scheme_id: int, class_id: int | None = None) -> list[Scheme]:
    """Return the schemes whose rules (in force or in a draft) ask for classes of `scheme_id`, or for that one class."""
    asking: dict[int, Scheme] = {}
    versions = SchemeVersion.objects.exclude(rules={}).exclude(scheme__status=Scheme.Status.RETIRED)
    for version in versions.select_related("scheme"):
        scheme = version.scheme
        current = version.applied_at is None or version.number == scheme.version
        if (
            current
            and scheme.id != scheme_id
            and any(_asks(rule, scheme_id, class_id) for rule in version.rules.values())
        ):
            asking[scheme.id] = scheme
    return list(asking.values())


def _asks(node: Any, scheme_id: int, class_id: int | None) -> bool:
    if isinstance(node, list):
        return any(_asks(one, scheme_id, class_id) for one in node)
    if not isinstance(node, dict):
        return False
    if node.get("scheme") == scheme_id and (class_id is None or class_id in node.get("classes", [])):
        return True
    return any(_asks(one, scheme_id, class_id) for one in node.values())


def list_named(*, keys: Sequence[str]) -> list[Scheme]:
    """Return the schemes that have these keys, in the order of the keys."""
    found = {one.key: one for one in Scheme.objects.filter(key__in=keys)}
    return [found[key] for key in keys if key in found]
