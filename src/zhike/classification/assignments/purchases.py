"""What a customer bought month by month, as a chart and in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _

from zhike.accounts.public import get_organisation
from zhike.classification.models import Scheme
from zhike.customers.public import Customer, MonthOfPurchases, list_months_of_purchases
from zhike.kit.clock import day_start, list_month_starts, local_day
from zhike.ui.public import format_month, format_number, money_chart, money_series, write_amounts

from .queries import HeldClass

YEAR, LONG = 12, 36  # months
MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY m.monetary)
FROM classification_assignment a JOIN classification_customermetrics m USING (customer_id)
WHERE a.scheme_id = %s AND a.class_id = %s AND a.valid_to IS NULL
"""


@dataclass(frozen=True, slots=True)
class Purchases:
    """The last months, oldest first, those without a purchase too."""

    months: Sequence[MonthOfPurchases]
    currency: str

    def last(self, count: int) -> Sequence[MonthOfPurchases]:
        return self.months[-count:]


def get_purchases(customer: Customer, at: datetime) -> Purchases:
    """Return 36 months of a customer's purchases in the organisation's currency, up to the month of an instant."""
    organisation = get_organisation()
    firsts = list_month_starts(local_day(at, organisation.time_zone), LONG)
    found = list_months_of_purchases(
        customer_id=customer.id,
        since=day_start(firsts[0], organisation.time_zone),
        zone=organisation.time_zone,
        currency=organisation.currency,
    )
    return Purchases([found.get(first) or MonthOfPurchases(first, 0, 0) for first in firsts], organisation.currency)


def purchases_of(customer: Customer) -> Purchases:
    """Return the customer's months, read once for all parts of a page that show them."""
    kept: Purchases | None = customer.__dict__.get("_purchases")
    if kept is None:
        kept = customer.__dict__["_purchases"] = get_purchases(customer, now())
    return kept


def describe_purchases(
    purchases: Purchases, tier: HeldClass | None, *, run_id: int | None = None
) -> dict[str, Any] | None:
    """Return the context of the chart, as the last run left the tiers; None where nothing was bought in three years."""
    if not any(one.net or one.days for one in purchases.months):
        return None
    has_year = any(one.net or one.days for one in purchases.last(YEAR))
    median = _median(tier, run_id)
    periods = [
        {"months": count, "chart": draw_months(purchases.last(count), purchases.currency, median, tier)}
        for count in ((YEAR, LONG) if has_year else (LONG,))
    ]
    return {
        "periods": periods,
        "tier": tier.held.name if tier and median else "",
        "rows": draw_table(purchases.last(LONG), purchases.currency),
        "currency": purchases.currency,
        "total": sum(one.net for one in purchases.last(YEAR if has_year else LONG)),
        "months": YEAR if has_year else LONG,
    }


def draw_table(months: Sequence[MonthOfPurchases], currency: str) -> SafeString:
    """Return the rows of the table below the chart, the newest first: a template takes four times as long."""
    written = write_amounts([one.net for one in months], currency)
    return format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="r num">{}</td><td class="r num">{}</td></tr>',
        ((format_month(one.month), format_number(one.days), written[one.net]) for one in reversed(months)),
    )


def draw_months(
    months: Sequence[MonthOfPurchases], currency: str, median: int | None, tier: HeldClass | None
) -> dict[str, Any]:
    """Return what the script of charts draws: numbers in whole units of money, and each number as it is written."""
    series: list[dict[str, Any]] = [money_series(_("Net amount"), "--zk-chart", [one.net for one in months], currency)]
    if median and tier:
        name = _("Median of {tier}").format(tier=tier.held.name)
        series.append(money_series(name, "--zk-ink-3", [median] * len(months), currency) | {"line": True, "dash": True})
    labels = [format_month(one.month) for one in months]
    return money_chart(labels, series)


def _median(tier: HeldClass | None, run_id: int | None) -> int | None:
    """Return what the customer in the middle of a tier bought per month on average; None without a tier."""
    if tier is None or run_id is None or tier.scheme.kind != Scheme.Kind.VALUE_TIER:
        return None
    year = median_of_class(tier.scheme.id, tier.held.id, run_id)
    return round(year / YEAR) if year and year > 0 else None


@lru_cache(maxsize=256)
def median_of_class(scheme_id: int, class_id: int, run_id: int) -> float | None:
    """Return the median net amount of 365 days in a class, in minor units, as a run left it: read once for each run."""
    with connection.cursor() as cursor:
        cursor.execute(MEDIAN, [scheme_id, class_id])
        found: float | None = cursor.fetchone()[0]
    return found
