"""What the page of notices shows, and the number at the bell."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhike.customers.rights import VIEW
from zhike.kit.actor import Actor
from zhike.ui.public import NavItem, format_number, frame_facts, navigation

from . import queries


def register() -> None:
    frame_facts.add("unread", _unread)
    page = NavItem(
        gettext_lazy("Notices"),
        "customers:notices",
        "bell",
        VIEW,
        order=2,
        keys="tongzhi tz",
        key="g n",
        on_phone=True,
        counts=True,
    )
    navigation.add("notices", page)


def notices_page(*, actor: Actor, after: str, before: str = "", until: int = 0) -> dict[str, Any]:
    """Return a page of the actor's notices; `until` is the newest one that there was when its first page was made.

    :raises BadCursor: if the address was tampered with.
    """
    page = queries.list_notices(actor=actor, after=after, before=before)
    unread = queries.count_unread(actor=actor)
    return {
        "page": page,
        "unread": unread,
        "until": until or queries.newest_notice(actor=actor),
        "count": _unread_text(unread),
    }


def _unread(request: HttpRequest) -> int:
    actor = request.actor
    return queries.count_unread(actor=actor) if actor is not None and actor.may(VIEW) else 0


def _unread_text(count: int) -> str:
    if not count:
        return _("All read")
    if count == queries.MOST_COUNTED:
        return _("{count} or more unread").format(count=count)
    return ngettext("{count} unread", "{count} unread", count).format(count=format_number(count))
