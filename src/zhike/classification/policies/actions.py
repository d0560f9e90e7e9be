"""Setting what a class gets, and the order in which classes go before each other."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.audit.public import find_who_did_last, record
from zhike.classification.errors import NoSuchClass, NoSuchScheme
from zhike.classification.events import PolicyChanged, PolicyOrderChanged
from zhike.classification.models import CustomerClass, Policy, PolicyRank, Scheme
from zhike.kit.actor import Actor

from . import queries
from .errors import NoSuchPolicy, OrderMoved, PolicyMoved
from .personal import check_price
from .values import clean_value
from .words import say_value


@transaction.atomic
def set_policy(
    *, class_id: int, kind: str, value: Mapping[str, Any], number: int | None = None, by: Actor, at: datetime
) -> Policy:
    """Give a class a policy from `at` on; the earlier value is kept as history. An equal value is no change.

    `number` is that of the policy the person was looking at (0: there was none).

    :raises PolicyWrong: if a field does not fit; `UnknownField`, `NoSuchKind`, `NoSuchClass` likewise.
    :raises PriceByPersonalTrait: for a kind on prices, where personal traits decide who is in the class.
    :raises PolicyMoved: if another value was set since.
    """
    known = queries.get_kind(kind)
    one = _locked(class_id)
    people, teams = queries.who_can_own()
    clean = clean_value(known, value, people=people, teams=teams)
    check_price(kind=known, scheme=one.scheme)
    before = _in_force(class_id, kind)
    _check_number(before, number, class_id, kind)
    if before and before.value == clean:
        return before
    start = _close(before, by=by, at=at) if before else at
    last = Policy.objects.filter(to_class_id=class_id, kind=kind).order_by("-number").first()
    if before is None and last and last.valid_to:
        start = max(start, last.valid_to)
    made = Policy.objects.create(
        to_class=one,
        kind=kind,
        number=last.number + 1 if last else 1,
        value=clean,
        valid_from=start,
        by_id=_person(by),
    )
    record(event=PolicyChanged(one.id, kind, made.number, before.value if before else None, clean), by=by)
    return made


@transaction.atomic
def end_policy(*, class_id: int, kind: str, number: int | None = None, by: Actor, at: datetime) -> Policy:
    """Take a policy from a class; its values stay in the history.

    :raises NoSuchPolicy: if it has none; `PolicyMoved` if another value was set since.
    """
    queries.get_kind(kind)
    one = _locked(class_id)
    before = _in_force(class_id, kind)
    if before is None:
        raise NoSuchPolicy(name=one.name)
    _check_number(before, number, class_id, kind)
    _close(before, by=by, at=at)
    record(event=PolicyChanged(one.id, kind, before.number, before.value, None), by=by)
    return before


@transaction.atomic
def order_schemes(
    *, scheme_keys: Sequence[str], seen: Sequence[str] | None = None, by: Actor, at: datetime
) -> list[Scheme]:
    """Let policies of schemes go before each other in this order; those not named follow as they stood.

    `seen` is the order that the person was looking at.

    :raises NoSuchScheme: if no active scheme has one of the keys. :raises OrderMoved: if somebody changed it since.
    """
    _hold_order()
    before = queries.list_ordered_schemes()
    _check_seen(before, seen)
    by_key = {one.key: one for one in before}
    if unknown := [key for key in scheme_keys if key not in by_key]:
        raise NoSuchScheme(key=unknown[0][:60])
    named = list(dict.fromkeys(scheme_keys))
    after = [*(by_key[key] for key in named), *(one for one in before if one.key not in named)]
    if [one.id for one in after] != [one.id for one in before]:
        PolicyRank.objects.bulk_create(
            [PolicyRank(scheme=one, place=place) for place, one in enumerate(after, 1)],
            update_conflicts=True,
            unique_fields=["scheme"],
            update_fields=["place"],
        )
        record(event=PolicyOrderChanged([one.key for one in before], [one.key for one in after]), by=by)
    return after


@transaction.atomic
def move_scheme(
    *, scheme_key: str, up: bool, seen: Sequence[str] | None = None, by: Actor, at: datetime
) -> list[Scheme]:
    """Let a scheme's policies change places with those of its neighbour; see `order_schemes`.

    :raises NoSuchScheme: :raises OrderMoved: if the order is another by now than the one seen.
    """
    _hold_order()
    keys = [one.key for one in queries.list_ordered_schemes()]
    if scheme_key not in keys:
        raise NoSuchScheme(key=scheme_key[:60])
    place = keys.index(scheme_key)
    other = place - 1 if up else place + 1
    if 0 <= other < len(keys):
        keys[place], keys[other] = keys[other], keys[place]
    return order_schemes(scheme_keys=keys, seen=seen, by=by, at=at)


def _check_seen(now: Sequence[Scheme], seen: Sequence[str] | None) -> None:
    """:raises OrderMoved: if types that stood in one order stand in another; a new or retired one moves no other."""
    if seen is None:
        return
    names = {one.key: one.name for one in now}
    there = [key for key in names if key in set(seen)]
    if there != [key for key in seen if key in names]:
        who = find_who_did_last(events=["PolicyOrderChanged"]) or _("Somebody")
        raise OrderMoved(who=who, order=" → ".join(names.values()))


def _hold_order() -> None:
    """Let two who reorder at once queue until the transaction ends."""
    Scheme.objects.select_for_update().order_by("id").first()


def _locked(class_id: int) -> CustomerClass:
    found = CustomerClass.objects.select_for_update(of=("self",)).select_related("scheme").filter(id=class_id).first()
    if found is None or found.retired_at is not None or found.scheme.status == Scheme.Status.RETIRED:
        raise NoSuchClass
    return found


def _in_force(class_id: int, kind: str) -> Policy | None:
    return Policy.objects.filter(to_class_id=class_id, kind=kind, valid_to=None).first()


def _check_number(before: Policy | None, number: int | None, class_id: int, kind: str) -> None:
    if number is None or number == (before.number if before else 0):
        return
    last = before or Policy.objects.filter(to_class_id=class_id, kind=kind).order_by("-number").first()
    person = (last.by if before else last.ended_by) if last else None
    known = queries.get_kind(before.kind) if before else None
    words = say_value(known, before.value, queries.read_names()) if before and known else "–"
    raise PolicyMoved(who=person.name if person else _("Somebody"), words=words)


def _close(before: Policy, *, by: Actor, at: datetime) -> datetime:
    """End a policy; return when: a clock that runs back must not make it end before it began."""
    before.valid_to, before.ended_by_id = max(at, before.valid_from + timedelta(microseconds=1)), _person(by)
    before.save(update_fields=["valid_to", "ended_by"])
    return before.valid_to


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None
