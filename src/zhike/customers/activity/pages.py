from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.utils.timezone import localtime

from zhike.customers.activity.queries import TimelineLine, list_timeline
from zhike.customers.registries import fact_kinds
from zhike.customers.rights import get_customer
from zhike.kit.actor import Actor


def timeline_page(params: QueryDict, *, customer_id: int, actor: Actor) -> dict[str, Any]:
    """Return the context of a part of a timeline. :raises BadCursor: if the address was tampered with."""
    customer = get_customer(customer_id=customer_id, actor=actor)
    return {"customer": customer, **timeline_part(params, customer_id=customer_id)}


def timeline_part(params: Mapping[str, str], *, customer_id: int) -> dict[str, Any]:
    """Return a page of the timeline by days, and the kinds it can be narrowed to."""
    kind = params.get("facts", "")
    page = list_timeline(
        customer_id=customer_id, kind=kind if kind in fact_kinds else "", after=params.get("after", "")
    )
    return {"days": _by_day(page.rows), "timeline": page, "fact_kinds": list(fact_kinds), "chosen_kind": kind}


def _by_day(lines: Any) -> list[tuple[Any, list[TimelineLine]]]:
    return [
        (day, list(same)) for day, same in groupby(lines, key=lambda line: localtime(line.entry.occurred_at).date())
    ]
