"""Figures drawn on the server: SVG attributes only, so that no style and no script is needed."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .amounts import format_share


def draw_bar(share: float | None, label: str = "", hue: str = "", large: bool = False) -> SafeString:
    """Return a bar filled to `share` (0 to 1). With `label` it is read out with the share, without it is decoration."""
    width = round(min(max(share or 0.0, 0.0), 1.0) * 100, 2)
    said = (
        format_html('role="img" aria-label="{} {}"', label, format_share(share or 0, 0))
        if label
        else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="zk-bar{}" viewBox="0 0 100 4" preserveAspectRatio="none" {}{}><rect width="{}" height="4"/></svg>',
        " zk-bar-lg" if large else "",
        said,
        format_html(' data-hue="{}"', hue) if hue else "",
        f"{width:g}",
    )


def draw_distribution(parts: Iterable[tuple[str, str, float]], label: str, large: bool = False) -> SafeString:
    """Return one bar cut into parts (label, hue, count), 2 of 1000 apart; nothing but ground when all are zero."""
    listed = [part for part in parts if part[2] > 0]
    total = sum(count for _, _, count in listed) or 1
    rects, at = [], 0.0
    for name, hue, count in listed:
        width = count / total * 1000
        rects.append((f"{at:.1f}", f"{max(width - 2, 1):.1f}", hue, name, format_share(count / total)))
        at += width
    return format_html(
        '<svg class="zk-dist{}" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        " zk-dist-lg" if large else "",
        label,
        format_html_join("", '<rect x="{}" width="{}" height="10" data-hue="{}"><title>{} {}</title></rect>', rects),
    )


def draw_spark(values: Sequence[float], tone: str = "") -> SafeString:
    """Return a small line through `values`, oldest first. The ground is zero, or the lowest when below."""
    if len(values) < 2:
        return SafeString("<span></span>")
    low, high = min(0, *values), max(0, *values)
    reach = (high - low) or 1
    points = [(70 * at / (len(values) - 1), 22 - 20 * (value - low) / reach) for at, value in enumerate(values)]
    return format_html(
        '<svg class="zk-spark" viewBox="0 0 72 24"{} aria-hidden="true"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2"/></svg>',
        format_html(' data-tone="{}"', tone) if tone else "",
        " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        f"{points[-1][0]:.1f}",
        f"{points[-1][1]:.1f}",
    )
