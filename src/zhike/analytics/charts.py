"""What the script of charts draws: labels, an axis, series with each number as people read it."""

from collections.abc import Sequence
from typing import Any

from zhike.ui.public import format_share

COLOURS = ("--zk-chart", "--zk-amber-dot", "--zk-violet-dot", "--zk-cinnabar-dot")


def share_line(
    name: str, ratios: Sequence[float | None], colour: str, *, dash: bool = False, line: bool = True
) -> dict[str, Any]:
    """Return a series of shares, drawn in per cent; None leaves a gap."""
    return {
        "name": name,
        "colour": colour,
        "line": line,
        "dash": dash,
        "values": [None if one is None else round(one * 100, 3) for one in ratios],
        "written": [format_share(one) for one in ratios],
    }


def chart(
    labels: Sequence[str],
    series: Sequence[dict[str, Any]],
    *,
    size: int = 1,
    unit: str = "%",
    most: float | None = None,
) -> dict[str, Any]:
    """Return a chart whose axis shows values divided by `size`, with a unit behind, up to `most` if given."""
    axis = {"size": size, "unit": unit} | ({"max": most, "step": most / 4} if most else {})
    return {"labels": list(labels), "series": list(series), "axis": axis}
