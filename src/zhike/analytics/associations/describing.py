"""The cards of pairs and offers in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.runs.cards import Card, CardPart, CardTable
from zhike.ui.public import format_exact, format_number, format_share


def describe_pairs(card: Mapping[str, Any]) -> Card:
    figures = [
        (_("Orders"), format_number(card["orders"]), ""),
        (_("Products"), format_number(card["products"]), ""),
        (
            _("Pairs"),
            format_number(card["pairs"]),
            _("in {count} orders at least").format(count=card["least_together"]),
        ),
        (_("Bundles"), format_number(card["bundles"]), ""),
    ]
    notes = []
    if card["long_orders"]:
        notes.append(
            _("{count} orders with more than {most} frequent products are left out of the pairs.").format(
                count=format_number(card["long_orders"]), most=format_number(card["longest_order"])
            )
        )
    if card["kept_pairs"] < card["pairs"]:
        kept = format_number(card["kept_pairs"])
        notes.append(_("The {count} most frequent pairs are kept.").format(count=kept))
    return Card(figures, (), notes)


def describe_offers(card: Mapping[str, Any]) -> Card:
    figures = [
        (_("Customers"), format_number(card["customers"]), ""),
        (_("Hits among 10 offers"), format_share(card["precision"]), _("tried on {count} customers").format(
            count=format_number(card["tried"]))),
        (_("Popular products instead"), format_share(card["popularity_precision"]), ""),
        (_("More hits in 100 offers"), say_gain(card), say_gain_interval(card)),
        (_("Products"), format_number(card["products"]), ""),
    ]  # fmt: skip
    heading = [_("Offered"), _("Hits among 10 offers"), _("Customers with a hit")]
    rows = [
        [_("By what each customer bought"), format_share(card["precision"]), format_share(card["hit_rate"])],
        [_("The most popular products"), format_share(card["popularity_precision"]),
         format_share(card["popularity_hit_rate"])],
    ]  # fmt: skip
    note = _(
        "Learnt from what was bought until {days} days before, compared with what {count} customers bought in those "
        "days that was new to them."
    ).format(days=card["days"], count=format_number(card["tried"]))
    return Card(figures, [CardPart(CardTable(_("Tried on what was bought next"), heading, rows, marked=0, note=note))])


def say_gain(card: Mapping[str, Any]) -> str:
    """Return how many more of 100 offers hit than of popular products; early cards do not tell."""
    return _of_100(card["gain"][0]) if "gain" in card else "–"


def say_gain_interval(card: Mapping[str, Any]) -> str:
    """Return where that number lies in 95 of 100 such trials; empty for early cards."""
    if "gain" not in card:
        return ""
    low, high = (_of_100(one) for one in card["gain"][1:])
    return _("95 % interval {low} to {high}").format(low=low, high=high)


def _of_100(share: float) -> str:
    return format_exact(100 * share, 1)
