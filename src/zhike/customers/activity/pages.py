from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.utils.timezone import localtime

from zhike.customers.activity.drawing import draw_lines
from zhike.customers.activity.queries import TimelineLine, count_older, list_timeline
from zhike.customers.models import Customer
from zhike.customers.registries import TimelineEvent, TimelineSource, fact_kinds, timeline_sources
from zhike.customers.rights import get_customer
from zhike.kit.actor import Actor
from zhike.kit.paging import Page

type Line = TimelineLine | TimelineEvent


def timeline_page(params: QueryDict, *, customer_id: int, actor: Actor) -> dict[str, Any]:
    """Return the context of a part of a timeline. :raises BadCursor: if the address was tampered with."""
    customer = get_customer(customer_id=customer_id, actor=actor)
    return {"customer": customer, **timeline_part(params, customer=customer, actor=actor)}


def timeline_part(params: Mapping[str, str], *, customer: Customer, actor: Actor) -> dict[str, Any]:
    """Return a page of the timeline by days, and the kinds it can be narrowed to."""
    kind, after = params.get("facts", ""), params.get("after", "")
    sources = [one for one in timeline_sources if actor.may(one.permission)]
    alone = next((one for one in sources if one.key == kind), None)
    if alone:
        page: Page[Any] = Page(alone.load(customer, None, None))
    else:
        kind = kind if kind in fact_kinds else ""
        page = list_timeline(customer_id=customer.id, kind=kind, after=after)
    lines = page.rows if kind else _mixed(page, sources, customer, until=params.get("until", "") if after else "")
    older, since = count_older(customer_id=customer.id, kind=kind, after=page.next) if page.next else (0, None)
    return {
        "days": _by_day(lines),
        "lines": draw_lines(lines),
        "timeline": page,
        "older": older,
        "since": since,
        "until": lines[-1].at.isoformat() if page.next and lines else "",
        "fact_kinds": [*fact_kinds, *sources],
        "chosen_kind": kind,
    }


def _mixed(
    page: Page[TimelineLine], sources: Sequence[TimelineSource], customer: Customer, *, until: str
) -> list[Line]:
    """Return the facts of a page with what else happened in its time: down to its last entry, unless it is the end."""
    since = page.rows[-1].at if page.next else None
    others = [event for source in sources for event in source.load(customer, since, _instant(until))]
    return sorted([*page.rows, *others], key=lambda line: line.at, reverse=True)


def _instant(text: str) -> datetime | None:
    """Return where the page before ended; whatever is no instant is taken for now."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _by_day(lines: Sequence[Line]) -> list[tuple[Any, list[Line]]]:
    return [(day, list(same)) for day, same in groupby(lines, key=lambda line: localtime(line.at).date())]
