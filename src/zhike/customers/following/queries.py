"""Whom a person follows."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Following, Listing
from zhike.customers.registries import Choice, Facet, Text, customer_facets
from zhike.kit.actor import Actor

MINE = "mine"


def register() -> None:
    facet = Facet("following", _("Following"), _choices, _nobody, _label, order=43, apply_for=_followed)
    customer_facets.add(facet.key, facet)


def _choices(actor: Actor) -> list[Choice]:
    return [Choice(MINE, _label(MINE))]


def _label(value: str) -> Text:
    return _("Those I follow") if value == MINE else ""


def _nobody(rows: QuerySet[Listing], values: Sequence[str]) -> QuerySet[Listing]:
    return rows.none()  # whom somebody follows is known only with who looks


def _followed(rows: QuerySet[Listing], values: Sequence[str], actor: Actor) -> QuerySet[Listing]:
    if MINE not in values:
        return rows.none()
    return rows.filter(customer_id__in=Following.objects.filter(user_id=actor.id or 0).values("customer_id"))


def follows_or_owns(actor: Actor) -> Q:
    """Return the condition on listing rows that the actor answers for the customer or follows them."""
    followed = Following.objects.filter(user_id=actor.id or 0).values("customer_id")
    return Q(owner_id=actor.id) | Q(customer_id__in=followed)
