"""Amounts as the script of charts draws them: in whole units of money, and each as people read it."""

from collections.abc import Sequence
from typing import Any

from zhike.kit.money import from_minor
from zhike.ui.amounts import chart_unit, format_money


def money_series(name: str, colour: str, amounts: Sequence[int], currency: str) -> dict[str, Any]:
    """Return a series of amounts in minor units of a currency."""
    written = write_amounts(amounts, currency)
    return {
        "name": name,
        "colour": colour,
        "values": [float(from_minor(amount, currency)) for amount in amounts],
        "written": [written[one] for one in amounts],
    }


def money_chart(labels: Sequence[str], series: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a chart of series of amounts, on an axis in the unit that fits the largest."""
    size, unit = chart_unit(max(abs(value) for one in series for value in one["values"]))
    return {"labels": list(labels), "series": list(series), "axis": {"size": size, "unit": unit}}


def write_amounts(amounts: Sequence[int], currency: str) -> dict[int, str]:
    """Return each amount as it is written, once: most months of most customers have none."""
    return {amount: format_money(amount, currency) for amount in set(amounts)}
