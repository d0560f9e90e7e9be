"""Giving customers the owners that policies name, and taking them back."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zhike.accounts.public import User, get_organisation
from zhike.audit.public import record
from zhike.classification.events import OwnersGiven, OwnersTakenBack
from zhike.classification.models import OwnerGrant, OwnerRun, OwnerTurn, Policy
from zhike.classification.policies.errors import AlreadyUndone, NoSuchOwnerRun
from zhike.classification.policies.own_kinds import OWNER
from zhike.classification.policies.queries import policies_in_force
from zhike.customers.public import Customer, hand_over_customers, visible_customers
from zhike.kit.actor import Actor
from zhike.kit.clock import local_day

from .planning import Gift, Plan, make_plan
from .rules import teams_named

MOST = 10_000  # customers of one receipt


@transaction.atomic
def give_owners(
    *, by: Actor, at: datetime, ids: Collection[int] | None = None, automatic: bool = False, after: int = 0
) -> tuple[OwnerRun | None, Plan]:
    """Give customers without an owner, or with one that another policy gave, the owner that their policy names.

    Return the receipt (None: nobody got another owner) and what was planned. Owners chosen by hand stay. Several who
    give at once queue per team, so that turns and loads stay even. At most 10,000 customers; `plan.more` says that
    there are others, `after` goes on from `plan.last_id`. Doing it again changes nothing.
    """
    policies = [one for one in policies_in_force().filter(kind=OWNER) if one.value.get("assign")]
    _hold_teams(policies)
    plan = _plan_and_hold(by=by, automatic=automatic, after=after, ids=ids)
    if not plan.gifts:
        return None, plan
    moved = plan.moves
    run = OwnerRun.objects.create(at=at, by_id=_person(by), customers=len(moved))
    touched = [one.candidate.customer_id for one in plan.gifts]
    _end(OwnerGrant.objects.filter(customer_id__in=touched), OwnerGrant.Ending.POLICY, at)
    _hand_over([(one.owner_id, one.candidate.customer_id) for one in moved], by=by, at=at)
    OwnerGrant.objects.bulk_create([_grant(one, run, at) for one in plan.gifts])
    _keep_turns(plan)
    if moved:
        record(event=OwnersGiven(run.id, len(moved)), by=by)
    return run, plan


@transaction.atomic
def take_back_owners(*, run_id: int, by: Actor, at: datetime) -> tuple[int, int]:
    """Give customers the owners back that they had before a receipt; return how many, and how many stay.

    Whose owner somebody has changed since keeps that owner.

    :raises NoSuchOwnerRun: if there is none; `AlreadyUndone` if that was done.
    """
    run = OwnerRun.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise NoSuchOwnerRun
    if run.undone_at:
        raise AlreadyUndone(day=local_day(run.undone_at, get_organisation().time_zone).isoformat())
    grants = OwnerGrant.objects.filter(run=run, ended_at=None)
    ids = list(grants.values_list("customer_id", flat=True))
    seen = visible_customers(by).filter(id__in=ids).order_by("id")
    locked = list(seen.select_for_update(no_key=True, of=("self",)).values_list("id", flat=True))
    back = list(grants.filter(customer_id__in=locked).order_by("customer_id"))
    _end(grants.filter(customer_id__in=locked), OwnerGrant.Ending.UNDO, at)
    active = set(User.objects.filter(is_active=True).values_list("id", flat=True))
    _hand_over([(one.before_id if one.before_id in active else None, one.customer_id) for one in back], by=by, at=at)
    run.undone_at, run.undone_by_id = at, _person(by)
    run.undone = sum(one.before_id != one.owner_id for one in back)
    run.save(update_fields=["undone_at", "undone_by", "undone"])
    kept = run.customers - run.undone
    record(event=OwnersTakenBack(run.id, run.undone, kept), by=by)
    return run.undone, kept


def _plan_and_hold(*, by: Actor, automatic: bool, after: int, ids: Collection[int] | None) -> Plan:
    """Return a plan whose customers nobody changes until the transaction ends."""
    if ids is not None:
        _hold(sorted(set(ids)))
        return make_plan(actor=by, limit=MOST, automatic=automatic, after=after, ids=ids)
    plan = make_plan(actor=by, limit=MOST, automatic=automatic, after=after)
    touched = sorted(one.candidate.customer_id for one in plan.gifts)
    if not touched:
        return plan
    # Whoever changed one of these customers meanwhile has committed once we hold them: plan anew from what is true.
    _hold(touched)
    again = make_plan(actor=by, limit=MOST, automatic=automatic, ids=touched)
    again.more, again.last_id, again.without = plan.more, plan.last_id, plan.without
    return again


def _hold(customer_ids: Sequence[int]) -> None:
    list(
        Customer.objects.select_for_update(no_key=True)
        .filter(id__in=customer_ids)
        .order_by("id")
        .values_list("id", flat=True)
    )


def _hold_teams(policies: Sequence[Policy]) -> None:
    teams = sorted({team for one in policies for team in teams_named(one.value)})
    OwnerTurn.objects.bulk_create([OwnerTurn(team_id=one) for one in teams], ignore_conflicts=True)
    list(OwnerTurn.objects.select_for_update().filter(team_id__in=teams).order_by("team_id"))


def _keep_turns(plan: Plan) -> None:
    """Move each team's turn on by what it was given in turn."""
    for team, turn in plan.turns.items():
        OwnerTurn.objects.filter(team_id=team).exclude(turn=turn).update(turn=turn)


def _hand_over(pairs: Sequence[tuple[int | None, int]], *, by: Actor, at: datetime) -> None:
    groups: dict[int | None, list[int]] = {}
    for owner, customer_id in pairs:
        groups.setdefault(owner, []).append(customer_id)
    for owner, ids in groups.items():
        hand_over_customers(customer_ids=ids, owner=owner, by=by, at=at)


def _end(grants: QuerySet[OwnerGrant], ending: OwnerGrant.Ending, at: datetime) -> None:
    grants.filter(ended_at=None).update(ended_at=at, ending=ending)


def _grant(gift: Gift, run: OwnerRun, at: datetime) -> OwnerGrant:
    return OwnerGrant(
        customer_id=gift.candidate.customer_id,
        run=run,
        policy=gift.policy,
        before_id=gift.candidate.owner_id,
        owner_id=gift.owner_id,
        given_at=at,
    )


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None
