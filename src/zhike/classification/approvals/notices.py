"""What notices of moves say, and the filter of the customer list to which those of several lead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhike.classification import permissions
from zhike.classification.models import Assignment, CustomerClass, Scheme
from zhike.customers.public import (
    Choice,
    Facet,
    Notice,
    NoticeKind,
    NoticeWords,
    customer_facets,
    follows_or_owns,
    notice_kinds,
)
from zhike.kit.actor import Actor
from zhike.ui.public import format_number

from .telling import MOVED, WAITS

FACET = "told"  # a parameter of the customer list: id of a notice


def register() -> None:
    notice_kinds.add(MOVED, NoticeKind(MOVED, "switch-horizontal", permissions.VIEW, say_moves))
    notice_kinds.add(WAITS, NoticeKind(WAITS, "checks", permissions.VIEW, say_waiting))
    facet = Facet(FACET, gettext_lazy("Told of"), _no_choices, _nobody, _label, order=75, apply_for=_told_of)
    customer_facets.add(FACET, facet)


def say_moves(notices: Sequence[Notice]) -> list[NoticeWords | None]:
    """Return what moves into and out of classes say; one customer by name, several by their number."""
    ids = {one.facts["class"] for one in notices}
    classes = {one.id: one for one in CustomerClass.objects.filter(id__in=ids).select_related("scheme")}
    return [_say_move(one, classes.get(one.facts["class"])) for one in notices]


def say_waiting(notices: Sequence[Notice]) -> list[NoticeWords | None]:
    """Return what waits for a person's yes; it leads to where one decides."""
    schemes = {one.id: one for one in Scheme.objects.filter(id__in={one.facts["scheme"] for one in notices})}
    return [_say_waiting(one, schemes.get(one.facts["scheme"])) for one in notices]


def _say_move(notice: Notice, to_class: CustomerClass | None) -> NoticeWords | None:
    if to_class is None:
        return None
    count = notice.facts["count"]
    facts: dict[str, Any] = {"class_name": to_class.name, "count": format_number(count)}
    if notice.customer is not None:
        enters = _("{name} is now in “{class_name}”") if notice.facts["enters"] else _("{name} left “{class_name}”")
        text, url = enters.format(name=notice.customer.name, **facts), _page_of(notice)
    else:
        text = (
            ngettext("{count} customer is now in “{class_name}”", "{count} customers are now in “{class_name}”", count)
            if notice.facts["enters"]
            else ngettext("{count} customer left “{class_name}”", "{count} customers left “{class_name}”", count)
        ).format(**facts)
        url = f"{reverse('customers:list')}?{FACET}={notice.id}"
    return NoticeWords(text, url, to_class.scheme.name)


def _say_waiting(notice: Notice, scheme: Scheme | None) -> NoticeWords | None:
    if scheme is None:
        return None
    count = notice.facts["count"]
    if notice.customer is not None:
        text = _("A move of {name} waits for approval").format(name=notice.customer.name)
    else:
        words = ngettext("{count} move waits for approval", "{count} moves wait for approval", count)
        text = words.format(count=format_number(count))
    return NoticeWords(text, reverse("classification:approvals"), scheme.name)


def _page_of(notice: Notice) -> str:
    return reverse("customers:customer", args=[notice.customer_id])


def _no_choices(actor: Actor) -> list[Choice]:
    return []


def _nobody(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return rows.none()  # whom somebody was told of is known only with who looks


def _told_of(rows: QuerySet[Any], values: Sequence[str], actor: Actor) -> QuerySet[Any]:
    """Return the customers of whom notices of the actor's own told in one number."""
    wanted = [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 19]
    chosen = Q(pk__in=[])
    for notice in Notice.objects.filter(id__in=wanted, user_id=actor.id or 0, kind=MOVED):
        chosen |= Q(Exists(_moves_of(notice).filter(customer_id=OuterRef("customer_id"))))
    return rows.filter(chosen, follows_or_owns(actor)) if actor.id is not None else rows.none()


def _moves_of(notice: Notice) -> QuerySet[Assignment]:
    at = datetime.fromisoformat(notice.facts["at"])
    when = {"valid_from": at} if notice.facts["enters"] else {"valid_to": at}
    return Assignment.objects.filter(to_class_id=notice.facts["class"], **when)


def _label(value: str) -> str:
    return _("in a notice") if value.isascii() and value.isdigit() else ""
