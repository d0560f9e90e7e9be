"""Parts of the customer page: class pills with "why", value figures, history of classes, moving by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import Organisation, get_organisation
from zhike.classification import permissions
from zhike.classification.models import Assignment, Scheme
from zhike.customers.public import (
    BulkPage,
    Customer,
    CustomerPanel,
    Said,
    TimelineEvent,
    TimelineSource,
    bulk_pages,
    customer_panels,
    timeline_sources,
)
from zhike.kit.actor import Actor
from zhike.kit.clock import local_day
from zhike.ui.public import icon, pill

from . import queries
from .kept_out import KeptOut, list_kept_out
from .purchases import YEAR, describe_purchases, purchases_of
from .why import Figures, list_reasons, tell_kept_out

REPEATS_PROFILE = ("country", "province", "city", "customer_kind")  # stand beside the name already
UNKNOWN = "unknown"  # a class that says only that the profile is silent: not worth a pill
TEMPLATE = "classification/assignments/{}.html"


def register() -> None:
    page = BulkPage("class", _("Set class"), "category", permissions.ASSIGN, "classification:assign-many")
    bulk_pages.add("class", page)
    for key, panel in (
        ("classes", CustomerPanel("classes", "head", 10, permissions.VIEW, TEMPLATE.format("pills"), load_pills)),
        ("value", CustomerPanel("value", "main", 10, permissions.VIEW, TEMPLATE.format("figures"), load_figures)),
        (
            "purchases",
            CustomerPanel(
                "purchases", "main", 20, permissions.VIEW, TEMPLATE.format("purchases"), load_purchases, has_chart=True
            ),
        ),
        ("by-hand", CustomerPanel("by-hand", "rail", 30, permissions.VIEW, TEMPLATE.format("by_hand"), load_by_hand)),
        (
            "override",
            CustomerPanel("override", "rail", 31, permissions.ASSIGN, TEMPLATE.format("override"), load_override),
        ),
        ("moves", CustomerPanel("moves", "main", 80, permissions.VIEW, TEMPLATE.format("history"), load_history)),
    ):
        customer_panels.add(key, panel)
    timeline_sources.add("classes", TimelineSource("classes", _("Classes"), permissions.VIEW, list_class_events))


def load_pills(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return every class that the customer is in, each that a person keeps them out of, and the moves that wait."""
    held = [
        one for one in _shared_classes(customer) if one.held.key != UNKNOWN and one.scheme.key not in REPEATS_PROFILE
    ]
    kept_out = [{"kept": one, "reasons": tell_kept_out(one)} for one in _shared_kept_out(customer) if one.is_in_force]
    waiting = queries.list_waiting_of(_shared_history(customer)) if customer.archived_at is None else []
    if not (held or kept_out or waiting):
        return None
    figures = _shared_figures(customer)
    classes = [{"held": one, "reasons": list_reasons(one, customer, figures)} for one in held]
    may_change = actor.may(permissions.CHANGE)
    return {
        "classes": classes,
        "kept_out": kept_out,
        "waiting": waiting,
        "as_of": figures.as_of,
        "may_change": may_change,
        "may_approve": actor.may(permissions.APPROVE),
    }


def load_figures(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the value figures; None for customers who never bought."""
    figures = _shared_figures(customer)
    if figures.metrics.last_day is None:
        return None
    months = purchases_of(customer).last(YEAR)
    return {
        "metrics": figures.metrics,
        "recency": figures.recency,
        "gap": figures.gap,
        "currency": figures.currency,
        "nets": [one.net for one in months],
        "days": [one.days for one in months],
    }


def load_purchases(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the chart of what the customer bought; None where there is nothing to draw."""
    tiers = (one for one in _shared_classes(customer) if one.scheme.kind == Scheme.Kind.VALUE_TIER)
    return describe_purchases(purchases_of(customer), next(tiers, None), run_id=_shared_figures(customer).run_id)


def list_class_events(customer: Customer, since: datetime | None, until: datetime | None) -> list[TimelineEvent]:
    """Return the changes of class in a time, newest first, in words for the timeline."""
    moves = queries.list_moves(_shared_history(customer).rows)
    return [
        TimelineEvent(one.at, Said(_say_move(one)), "user-edit" if one.is_by_hand else "git-branch")
        for one in moves
        if (one.before or one.assignment.source == Assignment.Source.OVERRIDE)
        and (since is None or one.at >= since)
        and (until is None or one.at < until)
    ]


def _say_move(move: queries.Move) -> SafeString:
    after = pill(move.to.name, move.to.hue) if move.to else conditional_escape(_("none"))
    if move.before is None:
        return format_html('{} <span class="zk-move">{}</span>', move.scheme.name, after)
    before = pill(move.before.name, move.before.hue)
    return format_html(
        '{} <span class="zk-move">{} {} {}</span>', move.scheme.name, before, icon("arrow-narrow-right"), after
    )


def load_history(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the customer's earlier and present classes, newest first, each with what was before it.

    Among them stands of which classes people kept the customer out, in place of the move that this made.
    """
    told = [
        one
        for one in queries.list_moves(_shared_history(customer).rows)
        if one.before or one.scheme.key not in REPEATS_PROFILE
    ]
    kept_out = _shared_kept_out(customer)
    moves: list[queries.Move | KeptOut] = [*kept_out]
    moves += [
        one
        for one in told
        if (one.before or (one.to and one.to.key != UNKNOWN)) and not (kept_out and one.is_keeping_out)
    ]
    return {"moves": sorted(moves, key=lambda one: one.at, reverse=True)} if moves else None


def load_by_hand(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the schemes that people set, with the customer's class in each; None where there are none."""
    history = _shared_history(customer)
    schemes = [
        (one, classes)
        for one in history.schemes.values()
        if one.kind == Scheme.Kind.HAND and one.status == Scheme.Status.ACTIVE and queries.version_in_force(one)
        if (classes := history.classes[one.id])
    ]
    if not schemes:
        return None
    held = {one.scheme.id: one.held for one in _shared_classes(customer)}
    return {
        "schemes": [{"scheme": one, "classes": classes, "held": held.get(one.id)} for one, classes in schemes],
        "customer": customer,
        "may_assign": actor.may(permissions.ASSIGN),
    }


def load_override(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return the types above whose rule a class may be set, and what is set; None where there are none.

    Where classes overlap, who is in none of them can be put into one too.
    """
    held, history = _shared_classes(customer), _shared_history(customer)
    rows = [one for one in held if one.scheme.kind != Scheme.Kind.ATTRIBUTE and not one.scheme.overlapping]
    several = [
        {
            "scheme": scheme,
            "classes": history.classes.get(scheme.id, []),
            "count": sum(one.scheme is scheme for one in held),
            "put_in": [one for one in held if one.scheme is scheme and one.is_overridden],
            "kept_out": [one for one in _shared_kept_out(customer) if one.is_in_force and one.scheme.id == scheme.id],
        }
        for scheme in history.schemes.values()
        if scheme.overlapping and scheme.status == Scheme.Status.ACTIVE
    ]
    if customer.archived_at or not (rows or several):
        return None
    one_class = [{"held": row, "classes": history.classes.get(row.scheme.id, [])} for row in rows]
    return {"rows": one_class, "several": several, "customer": customer}


def _shared_classes(customer: Customer) -> list[queries.HeldClass]:
    """Return the classes that the customer is in, read once for the customer in hand."""
    kept: list[queries.HeldClass] | None = customer.__dict__.get("_classes")
    if kept is None:
        kept = customer.__dict__["_classes"] = queries.explain_held(_shared_history(customer))
    return kept


def _shared_kept_out(customer: Customer) -> Sequence[KeptOut]:
    """Return of which classes people keep and kept the customer out; asked only where a type has such classes."""
    kept: Sequence[KeptOut] | None = customer.__dict__.get("_kept_out")
    if kept is None:
        asked = any(one.overlapping for one in _shared_history(customer).schemes.values())
        kept = customer.__dict__["_kept_out"] = list_kept_out(customer_id=customer.id) if asked else []
    return kept


def _shared_history(customer: Customer) -> queries.History:
    """Return the customer's assignments, read once for the customer in hand."""
    kept: queries.History | None = customer.__dict__.get("_history")
    if kept is None:
        kept = customer.__dict__["_history"] = queries.read_history(customer_id=customer.id)
    return kept


def _shared_figures(customer: Customer) -> Figures:
    """Return the figures that several panels of one page show, read once for the customer in hand."""
    kept: Figures | None = customer.__dict__.get("_figures")
    if kept is None:
        kept = customer.__dict__["_figures"] = figures_of(customer, get_organisation())
    return kept


def figures_of(customer: Customer, organisation: Organisation) -> Figures:
    """Return a customer's figures as of the last run's day; before the first run all are empty."""
    metrics, run = queries.get_judged(customer_id=customer.id)
    day = run.as_of or local_day(customer.created_at, organisation.time_zone)
    return Figures(metrics, day, organisation.currency, run.id, run.revenue)
