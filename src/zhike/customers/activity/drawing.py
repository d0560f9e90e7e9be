"""Lines of the timeline, written here: twenty of them would take the template engine most of a customer's page."""

from collections.abc import Iterable
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from zhike.ui.public import format_moment, format_money, icon, local


def draw_lines(lines: Iterable[Any]) -> SafeString:
    """Return facts and events of a timeline as items of its list."""
    return SafeString("".join(map(_line, lines)))


def _line(line: Any) -> str:
    said, amount = line.said, getattr(line, "amount", None)
    link = format_html(' <a href="{}">{}</a>', said.url, said.link) if said.url else ""
    money = (
        f' · <b class="num">{conditional_escape(format_money(amount, line.currency))}</b>' if amount is not None else ""
    )
    note = f'<p class="zk-quote">{linebreaksbr(said.note)}</p>' if said.note else ""
    return (
        f'<li><span class="zk-kind" data-tone="{said.tone}">{icon(line.icon)}</span>'
        f'<div><div class="zk-tl-line">{conditional_escape(said.text)}{link}{money}</div>{note}</div>'
        f'<time datetime="{local(line.at).isoformat()}">{format_moment(line.at, "short")}</time></li>\n'
    )
