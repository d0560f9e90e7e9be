from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.classification.policies.schemas import OwnerRunOut, OwnersPreviewOut, TakenBackOut

from . import actions
from .pages import list_shares, run_page
from .planning import count_kept, make_plan


def add_operations(router: Router) -> None:
    @router.get("/policies/owners", response=OwnersPreviewOut, summary="Who would get whom by policy")
    @needs(permissions.GIVE_OWNERS)
    def preview_owners(request: HttpRequest) -> Any:
        """Nothing is changed."""
        plan = make_plan(actor=request.actor, limit=actions.MOST)
        shares = [
            {
                "class_id": one.policy.to_class_id,
                "class_key": one.policy.to_class.key,
                "owner_id": one.owner.id,
                "owner": one.owner.name,
                "customers": one.count,
            }
            for one in list_shares(plan)
        ]
        return {
            "shares": shares,
            "customers": len(plan.moves),
            "without": len(plan.without),
            "kept": count_kept(actor=request.actor),
            "more": plan.more,
        }

    @router.post("/policies/owners", response=OwnerRunOut, summary="Give customers owners by policy")
    @needs(permissions.GIVE_OWNERS)
    def give_owners(request: HttpRequest) -> Any:
        """At most 10,000 customers at once; owners chosen by hand stay. Doing it again changes nothing."""
        run, plan = actions.give_owners(by=request.actor, at=now())
        return {"run_id": run.id if run else None, "customers": run.customers if run else 0, "more": plan.more}

    @router.post("/policies/owners/{run_id}/undo", response=TakenBackOut, summary="Take back owners given by policy")
    @needs(permissions.GIVE_OWNERS)
    def take_back_owners(request: HttpRequest, run_id: int) -> Any:
        run_page(run_id=run_id, actor=request.actor)
        back, kept = actions.take_back_owners(run_id=run_id, by=request.actor, at=now())
        return {"customers": back, "kept": kept}
