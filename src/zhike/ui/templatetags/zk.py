"""Tags and filters that every template has without loading them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zhike.ui import amounts, days, fixed_tags, marks
from zhike.ui.drawings import draw_bar, draw_distribution, draw_spark
from zhike.ui.spacing import space_scripts

register = template.Library()

register.tag("translate", fixed_tags.translate)
register.tag("url", fixed_tags.url)
register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.pill, name="pill")
register.simple_tag(marks.face, name="face")
register.simple_tag(draw_bar, name="bar")
register.simple_tag(draw_distribution, name="distribution")
register.simple_tag(draw_spark, name="spark")

register.simple_tag(lambda: "" if (get_language() or "").startswith("zh") else " ", name="gap")
register.filter("money", amounts.format_money)
register.filter("column_money", amounts.format_column_money)
register.filter("price", amounts.format_price)
register.filter("compact_money", amounts.format_compact_money)
register.filter("compact", amounts.format_compact)
register.filter("number", amounts.format_number)
register.filter("exact", amounts.format_exact)
register.filter("exact_money", amounts.format_exact_money)
register.filter("percent", amounts.format_share)
register.filter("day", days.format_day)
register.filter("month", days.format_month)
register.filter("moment", days.format_moment)
register.filter("ago", days.format_ago)
register.filter("spaced", space_scripts)


@register.simple_tag
def when(value: Any, form: str = "full") -> SafeString:
    """Return an instant as a <time>: `form` "full", "short" (no year if it is this one) or "ago" (full on hover)."""
    if value is None:
        return SafeString(amounts.NOTHING)
    full = days.format_moment(value)
    text = days.format_ago(value) if form == "ago" else days.format_moment(value, form)
    return format_html('<time datetime="{}" title="{}">{}</time>', days.local(value).isoformat(), full, text)


@register.filter
def short_number(value: int) -> str:
    """Return a number in short, whatever the person prefers: to show what that looks like."""
    with amounts.number_style(amounts.SHORT):
        return amounts.format_number(value)


@register.simple_tag
def tag_list(labels: Sequence[str], most: int = 0) -> SafeString:
    """Return plain tags, one beside the other: all, or the first `most` and how many more there are."""
    shown = list(labels[:most] if most else labels)
    rest = [f"+{len(labels) - most}"] if most and len(labels) > most else []
    return format_html_join(" ", '<span class="zk-tag">{}</span>', ((label,) for label in shown + rest))


@register.simple_tag
def options(records: Sequence[Any], chosen: Any = None) -> SafeString:
    """Return the options of a <select> for things with an id and a name: a template takes ten times as long."""
    return SafeString(
        "".join(
            f'<option value="{one.id}"{" selected" if one.id == chosen else ""}>{escape(one.name)}</option>'
            for one in records
        )
    )


@register.simple_tag(takes_context=True)
def sort_state(context: template.Context, key: str, *, param: str = "sort") -> dict[str, str]:
    """Return for a column head what the next click sorts by, and its `aria-sort`: use with `as`."""
    now = context["request"].GET.get(param, "")
    if now == key:
        return {"next": f"-{key}", "aria": "ascending", "icon": "arrow-up"}
    if now == f"-{key}":
        return {"next": key, "aria": "descending", "icon": "arrow-down"}
    return {"next": f"-{key}", "aria": "", "icon": ""}


@register.filter
def at(items: Sequence[Any] | dict[Any, Any], key: Any) -> Any:
    """Return the item of a dict or list under a key that is itself a variable; None when there is none."""
    if isinstance(items, dict):
        return items.get(key)
    return items[key] if -len(items) <= key < len(items) else None


@register.simple_tag
@lru_cache
def frame_assets() -> SafeString:
    """Return the style sheets and scripts of every page."""
    return render_to_string("ui/frame/assets.html")


@register.simple_tag
def page_lang() -> str:
    """Return the language of the page as HTML names it: zh-Hans or en."""
    language = get_language() or "en"
    return "zh-Hans" if language == "zh-hans" else language


class CaptureNode(template.Node):
    def __init__(self, name: str, nodelist: template.NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> CaptureNode:
    """`{% capture name %}…{% endcapture %}` keeps what is inside, trimmed, under a name, to ask if it is empty."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(name, nodelist)
