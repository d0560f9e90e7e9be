"""What the pages about giving owners show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from zhike.accounts.public import User
from zhike.classification.models import OwnerGrant, OwnerRun, Policy
from zhike.classification.policies.errors import NoSuchOwnerRun
from zhike.classification.policies.pages import tabs
from zhike.customers.public import visible_customers
from zhike.kit.actor import Actor

from .actions import MOST
from .planning import Candidate, Gift, Plan, count_kept, make_plan

SAMPLE = 5
RUNS = 20
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Share:
    """How many customers of a class a person would get, with a few of them."""

    policy: Policy
    owner: User
    count: int
    sample: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Left:
    """Customers for whom a policy names nobody."""

    policy: Policy
    count: int
    sample: Sequence[Candidate] = field(default_factory=list)


def preview_page(actor: Actor) -> dict[str, Any]:
    """Return who would get whom now, whom nobody would get, and the latest receipts."""
    plan = make_plan(actor=actor, limit=MOST)
    shares = list_shares(plan)
    return {
        "shares": shares,
        "total": len(plan.moves),
        "left": list_left(plan),
        "kept": count_kept(actor=actor),
        "more": plan.more,
        "runs": _list_runs(actor),
        **tabs(actor),
    }


def _list_runs(actor: Actor) -> list[OwnerRun]:
    """Return the latest receipts that are of customers whom the actor may see."""
    seen = OwnerGrant.objects.filter(run=OuterRef("id"), customer_id__in=visible_customers(actor).values("id"))
    runs = OwnerRun.objects.filter(Exists(seen), customers__gt=0).select_related("by", "undone_by")
    return list(runs.order_by("-id")[:RUNS])


def list_shares(plan: Plan) -> list[Share]:
    """Return how the changes of owner of a plan divide, by class and person: one query."""
    groups: dict[tuple[int, int], list[Gift]] = {}
    for one in plan.moves:
        groups.setdefault((one.policy.id, one.owner_id), []).append(one)
    people = User.objects.in_bulk({owner for _policy, owner in groups})
    shares = [
        Share(gifts[0].policy, people[owner], len(gifts), [each.candidate for each in gifts[:SAMPLE]])
        for (_policy, owner), gifts in groups.items()
    ]
    return sorted(shares, key=lambda one: (one.policy.to_class.name, -one.count, one.owner.name))


def list_left(plan: Plan) -> list[Left]:
    counts = Counter(policy.id for _one, policy in plan.without)
    policies = {policy.id: policy for _one, policy in plan.without}
    return [
        Left(policies[one], count, [each for each, policy in plan.without if policy.id == one][:SAMPLE])
        for one, count in counts.most_common()
    ]


def run_page(*, run_id: int, actor: Actor) -> dict[str, Any]:
    """Return a receipt with the customers that the reader may see.

    :raises NoSuchOwnerRun: if there is none, or it is of customers that the reader may not know of.
    """
    run = OwnerRun.objects.select_related("by", "undone_by").filter(id=run_id).first()
    if run is None:
        raise NoSuchOwnerRun
    grants = OwnerGrant.objects.filter(run=run, customer_id__in=visible_customers(actor).values("id"))
    grants = grants.select_related("customer", "before", "owner", "policy__to_class")
    listed = list(grants.order_by("owner__name", "customer_id")[:SHOWN])
    if not listed:
        raise NoSuchOwnerRun
    return {"run": run, "grants": listed, "hidden": max(run.customers - len(listed), 0), **tabs(actor)}
