from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Status

from zhike.accounts.public import needs
from zhike.api.public import PageOf, Paging, key_page, page_answer
from zhike.classification import permissions
from zhike.classification.models import PendingMove
from zhike.classification.schemas import DecisionIn, SteadinessIn, SteadinessOut, TellingIn, TellingOut, WaitingOut
from zhike.classification.schemes.queries import get_scheme
from zhike.kit.paging import Page

from . import actions, queries
from .marking import get_telling, set_telling
from .steadiness import get_steadiness, set_steadiness


def add_operations(router: Router) -> None:
    @router.get("/moves/waiting", response=PageOf[WaitingOut], summary="Moves that wait for approval")
    @needs(permissions.VIEW)
    def waiting_moves(request: HttpRequest, paging: Query[Paging]) -> Any:
        """The longest waiting first."""
        moves = queries.list_waiting(actor=request.actor)
        page = key_page(moves, order=queries.OLDEST_FIRST, limit=paging.limit, after=paging.after)
        return page_answer(Page(_rows(list(page.rows)), page.next))

    @router.post("/customers/{customer_id}/classes/decision", response={204: None}, summary="Approve or decline a move")
    @needs(permissions.APPROVE, customer="customer_id")
    def decide(request: HttpRequest, customer_id: int, body: DecisionIn) -> Any:
        """A declined move stays so until the rule says something else."""
        scheme = get_scheme(key=body.scheme)
        actions.decide_move(
            customer_id=customer_id,
            scheme_id=scheme.id,
            class_id=body.class_id,
            out_of=body.out_of,
            approve=body.approve,
            reason=body.reason,
            by=request.actor,
            at=now(),
        )
        return Status(204, None)

    _add_steadiness(router)
    _add_telling(router)


def _add_steadiness(router: Router) -> None:
    @router.get("/schemes/{key}/steadiness", response=SteadinessOut, summary="What keeps a type's classes steady")
    @needs(permissions.VIEW)
    def read_steadiness(request: HttpRequest, key: str) -> Any:
        return get_steadiness(scheme=get_scheme(key=key))

    @router.put("/schemes/{key}/steadiness", response=SteadinessOut, summary="Set what keeps a type's classes steady")
    @needs(permissions.CHANGE)
    def write_steadiness(request: HttpRequest, key: str, body: SteadinessIn) -> Any:
        """It counts from the next move on."""
        return set_steadiness(key=key, **body.dict(), by=request.actor, at=now())


def _add_telling(router: Router) -> None:
    @router.get("/schemes/{key}/telling", response=TellingOut, summary="Of which moves of a type people are told")
    @needs(permissions.VIEW)
    def read_telling(request: HttpRequest, key: str) -> Any:
        return get_telling(scheme=get_scheme(key=key))

    @router.put("/schemes/{key}/telling", response=TellingOut, summary="Set of which moves of a type people are told")
    @needs(permissions.CHANGE)
    def write_telling(request: HttpRequest, key: str, body: TellingIn) -> Any:
        """Owner and followers of a customer are told once. It counts from the next move on."""
        return set_telling(key=key, **body.dict(), by=request.actor, at=now())


def _rows(moves: list[PendingMove]) -> list[dict[str, Any]]:
    held = queries.find_held(moves)
    return [
        {
            "customer_id": one.customer_id,
            "customer": one.customer.name,
            "scheme": one.scheme.key,
            "held_class_id": meanwhile.id if (meanwhile := held.get((one.customer_id, one.track))) else None,
            "class_id": one.to_class_id,
            "since": one.since,
        }
        for one in moves
    ]
