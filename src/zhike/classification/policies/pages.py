"""What the pages of policies show, loaded and worded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhike.classification import permissions
from zhike.classification.models import CustomerClass, Policy, Scheme
from zhike.classification.schemes.queries import get_class
from zhike.kit.actor import Actor

from . import queries
from .conflicts import list_barred, list_conflicts
from .forms import PolicyForm
from .kinds import PolicyKind, policy_kinds
from .words import say_place, say_value

FEW = 12  # classes of a scheme without policies that are named; of more one is chosen
PLACES = ("province", "city")


@dataclass(frozen=True, slots=True)
class Said:
    kind: PolicyKind
    policy: Policy | None = None
    words: str = ""
    barred: bool = False


@dataclass(frozen=True, slots=True)
class ClassRow:
    one: CustomerClass
    said: Sequence[Said]


@dataclass(frozen=True, slots=True)
class SchemeBlock:
    scheme: Scheme
    rows: Sequence[ClassRow]
    others: Sequence[CustomerClass] = field(default_factory=list)  # without policies

    @property
    def few(self) -> bool:
        return 0 < len(self.others) <= FEW


def list_blocks(actor: Actor) -> dict[str, Any]:
    """Return the context of the page of policies: schemes in their order, classes, what each gets."""
    book = queries.read_book()
    blocks = []
    for scheme in queries.list_schemes_with_classes():
        listed: list[CustomerClass] = scheme.__dict__["listed"]
        rows = [ClassRow(one, _said_of(book, one)) for one in listed]
        shown = [row for row in rows if row.said]
        named = {row.one.id for row in shown}
        blocks.append(SchemeBlock(scheme, shown, [one for one in listed if one.id not in named]))
    return {
        "blocks": blocks,
        "kinds": list(policy_kinds),
        "order": " ".join(one.scheme.key for one in blocks),
        "may_change": actor.may(permissions.CHANGE_POLICY),
        "any": bool(book.policies),
        **tabs(actor),
    }


def conflicts_page(actor: Actor) -> dict[str, Any]:
    """Return where classes ask for different things, and the policies that the law keeps from applying."""
    book = queries.read_book()
    return {"conflicts": list_conflicts(actor=actor, book=book), "barred": list_barred(book)}


def tabs(actor: Actor) -> dict[str, Any]:
    return {"may_give": actor.may(permissions.GIVE_OWNERS)}


def class_page(*, class_id: int, actor: Actor) -> dict[str, Any]:
    """Return what a class gets, kind by kind, also what it gets nothing of.

    :raises NoSuchClass:
    """
    one = get_class(class_id=class_id)
    book = queries.read_book()
    held = book.of_class(class_id)
    said = [_say(book, kind, held[kind.key]) if kind.key in held else Said(kind) for kind in policy_kinds]
    return {"one": one, "scheme": one.scheme, "said": said, "may_change": actor.may(permissions.CHANGE_POLICY)}


def edit_page(*, class_id: int, kind: str, sent: Mapping[str, Any] | None, actor: Actor) -> dict[str, Any]:
    """Return the context of the form of one policy, with its history.

    :raises NoSuchClass: or `NoSuchKind`.
    """
    policy = queries.find_policy(class_id=class_id, kind=kind)
    known, one, names = queries.get_kind(kind), get_class(class_id=class_id), queries.read_names()
    form = PolicyForm(
        sent,
        kind=known,
        people=queries.list_keepers(),
        places=_places() if any(each.type == "areas" for each in known.fields) else [],
        initial={**(policy.value if policy else {}), "number": policy.number if policy else 0},
    )
    versions = queries.list_versions(class_id=class_id, kind=kind)
    return {
        "one": one,
        "scheme": one.scheme,
        "kind": known,
        "policy": policy,
        "form": form,
        "words": say_value(known, policy.value, names) if policy else "",
        "versions": [(each, say_value(known, each.value, names)) for each in versions],
        "may_change": actor.may(permissions.CHANGE_POLICY),
    }


def _said_of(book: queries.PolicyBook, one: CustomerClass) -> list[Said]:
    held = book.of_class(one.id)
    return [_say(book, kind, held[kind.key]) for kind in policy_kinds if kind.key in held]


def _say(book: queries.PolicyBook, kind: PolicyKind, policy: Policy) -> Said:
    barred = kind.is_price and policy.to_class.scheme_id in book.barred
    return Said(kind, policy, say_value(kind, policy.value, book.names), barred)


def _places() -> list[str]:
    """Return the provinces and cities that customers have, to choose from while typing."""
    codes = CustomerClass.objects.filter(scheme__key__in=PLACES, retired_at=None).exclude(key="unknown")
    return [say_place(one) for one in codes.order_by("key").values_list("key", flat=True)[:500] if one.isdigit()]
