"""What other rooms may use of api.

A room's `<room>/api.py` has `router = make_router("<room>")`; an operation is

    @router.get("/things", response=PageOf[ThingRow], summary="List things")
    @needs("room.view_thing")
    def list_things(request: HttpRequest, paging: Query[Paging]) -> Any:
        page = key_page(visible_things(request.actor), order=("-at", "-id"), limit=paging.limit, after=paging.after)
        return page_answer(page)

A body is an `Input`. Creations answer `Status(201, thing)`. A Refusal becomes a problem by itself.
"""

from .inputs import Input, Instant
from .paging.counting import Count, count_rows, round_estimate
from .paging.queries import key_page
from .paging.schemas import MAX_LIMIT, PageOf, Paging, page_answer
from .problems.build import make_problem
from .reference.queries import describe_reference
from .rendering import json_answer
from .service import Api, make_api, make_router

__all__ = [
    "MAX_LIMIT",
    "Api",
    "Count",
    "Input",
    "Instant",
    "PageOf",
    "Paging",
    "count_rows",
    "describe_reference",
    "json_answer",
    "key_page",
    "make_api",
    "make_problem",
    "make_router",
    "page_answer",
    "round_estimate",
]
