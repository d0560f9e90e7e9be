"""Who would get whom: the customers that owner policies reach, and whom each policy chooses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhike.accounts.public import owner_ids
from zhike.classification.models import OwnerGrant, OwnerTurn, Policy
from zhike.classification.policies.columns import holds
from zhike.classification.policies.kinds import policy_kinds
from zhike.classification.policies.own_kinds import OWNER
from zhike.classification.policies.queries import PolicyBook, list_keepers, read_book
from zhike.customers.public import visible_listing
from zhike.kit.actor import Actor

from .rules import Desk, teams_named

FIELDS = ("customer_id", "name", "owner_id", "province", "city", "classes")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that a policy reaches. `owner_id` is who has it now, by an earlier policy; None: nobody."""

    customer_id: int
    name: str
    owner_id: int | None
    province: str
    city: str
    classes: Sequence[int]


@dataclass(frozen=True, slots=True)
class Gift:
    candidate: Candidate
    policy: Policy
    owner_id: int


@dataclass(slots=True)
class Plan:
    """What would be given; `without` are customers for whom the policy names nobody."""

    gifts: list[Gift] = field(default_factory=list)
    without: list[tuple[Candidate, Policy]] = field(default_factory=list)
    more: bool = False  # there are further customers after these
    last_id: int = 0  # of the candidates looked at
    turns: dict[int, int] = field(default_factory=dict)  # of each team after this

    @property
    def moves(self) -> list[Gift]:
        """The gifts by which somebody gets another owner; the others only follow a newer policy."""
        return [one for one in self.gifts if one.owner_id != one.candidate.owner_id]


def make_plan(
    *, actor: Actor, limit: int, automatic: bool = False, after: int = 0, ids: Collection[int] | None = None
) -> Plan:
    """Return who would get whom among the customers that the actor may see, by id from `after` on.

    `automatic`: only policies that give by themselves, and nobody to whom the same policy once gave an owner whom
    somebody took away.
    """
    book = read_book(with_names=False)
    given = _giving(book, automatic=automatic)
    if not given:
        return Plan()
    rows = visible_listing(actor).filter(archived=False)
    if ids is not None:
        rows = rows.filter(customer_id__in=list(ids))
    wanted = _wanted(book, given, automatic=automatic)
    found: Any = rows.filter(wanted, customer_id__gt=after).order_by("customer_id").values_list(*FIELDS)
    candidates = [Candidate(*row) for row in found[: limit + 1]]
    plan = Plan(more=len(candidates) > limit)
    desk = read_desk(list(given.values()), actor)
    for one in candidates[:limit]:
        _place(plan, one, book, given, desk)
        plan.last_id = one.customer_id
    plan.turns = desk.turns
    return plan


def count_kept(*, actor: Actor) -> int:
    """Return how many customers have an owner by hand where a policy would choose one: they stay."""
    book = read_book(with_names=False)
    given = _giving(book, automatic=False)
    if not given:
        return 0
    rows = visible_listing(actor).filter(archived=False, owner__isnull=False).filter(_any_of(book, given))
    return rows.exclude(Exists(_open_grants())).count()


def read_desk(policies: Sequence[Policy], actor: Actor) -> Desk:
    """Return who can have customers within the actor's reach, with turns and loads as they are now."""
    reach = owner_ids(actor)
    keepers = [one for one in list_keepers() if reach is None or one.id in reach]
    teams: dict[int, list[int]] = {}
    for one in sorted(keepers, key=lambda each: each.id):
        if one.team_id:
            teams.setdefault(one.team_id, []).append(one.id)
    named = {team for one in policies for team in teams_named(one.value)}
    members = [user for team in named for user in teams.get(team, [])]
    rows = visible_listing(actor).filter(archived=False, owner_id__in=members)
    loads = dict(rows.values_list("owner_id").annotate(Count("customer_id"))) if members else {}
    turns = dict(OwnerTurn.objects.filter(team_id__in=named).values_list("team_id", "turn"))
    return Desk(teams, frozenset(one.id for one in keepers), turns, loads)


def _giving(book: PolicyBook, *, automatic: bool) -> Mapping[int, Policy]:
    """Return class id → owner policy of those that find owners."""
    held = book.candidates(policy_kinds[OWNER])
    return {
        class_id: one
        for class_id, one in held.items()
        if one.value.get("assign") and (one.value.get("automatic") or not automatic)
    }


def _place(plan: Plan, one: Candidate, book: PolicyBook, given: Mapping[int, Policy], desk: Desk) -> None:
    applied = book.resolve(one.classes, policy_kinds[OWNER])
    if applied is None or applied.policy.to_class_id not in given:
        return
    owner = desk.choose(applied.policy.value, province=one.province, city=one.city, now=one.owner_id)
    if owner is None:
        plan.without.append((one, applied.policy))
    else:
        plan.gifts.append(Gift(one, applied.policy, owner))


def _any_of(book: PolicyBook, given: Mapping[int, Policy]) -> Q:
    wanted = Q(pk__in=[])
    for class_id in given:
        wanted |= holds(book, policy_kinds[OWNER], class_id)
    return wanted


def _wanted(book: PolicyBook, given: Mapping[int, Policy], *, automatic: bool) -> Q:
    wanted = Q(pk__in=[])
    for class_id, policy in given.items():
        free = Q(owner__isnull=True)
        if automatic:
            free &= Q(~Exists(_refused(policy)))
        elsewhere = Q(owner__isnull=False) & Q(Exists(_open_grants().exclude(policy=policy)))
        wanted |= holds(book, policy_kinds[OWNER], class_id) & (free | elsewhere)
    return wanted


def _open_grants() -> QuerySet[OwnerGrant]:
    return OwnerGrant.objects.filter(customer_id=OuterRef("customer_id"), ended_at=None)


def _refused(policy: Policy) -> QuerySet[OwnerGrant]:
    ended = (OwnerGrant.Ending.HAND, OwnerGrant.Ending.UNDO)
    return OwnerGrant.objects.filter(customer_id=OuterRef("customer_id"), policy=policy, ending__in=ended)
