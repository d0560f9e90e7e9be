"""`{% translate %}` and `{% url %}` as Django has them, worked out once where nothing in them changes.

A page has a hundred of them: fixed words in one language, and addresses that differ by a number only.
"""

from functools import lru_cache
from typing import Any

from django.template import Context, Node
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language

MARK = 7_000_000_000_000_001  # a number that stands in no address of ours


class FixedWords(TranslateNode):
    """Words of the template itself: translated once for each language."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        words: str | None = self.kept.get(language)
        if words is None:
            words = self.kept[language] = super().render(context)
        return words


class NumberedAddress(URLNode):
    """An address of which at most whole numbers change."""

    def render(self, context: Context) -> str:
        numbers = [one.resolve(context) for one in self.args]
        if any(type(one) is not int or one < 0 for one in numbers):
            return str(super().render(context))
        parts = address_parts(self.view_name.var, len(numbers))
        return parts[0] + "".join(f"{number}{part}" for number, part in zip(numbers, parts[1:], strict=True))


@lru_cache(maxsize=1024)
def address_parts(view_name: str, count: int) -> list[str]:
    """Return what stands before, between and after the numbers of an address. :raises NoReverseMatch:"""
    marks = [MARK + place for place in range(count)]
    rest, parts = str(escape(reverse(view_name, args=marks))), []
    for mark in marks:
        before, _, rest = rest.partition(str(mark))
        parts.append(before)
    return [*parts, rest]


def translate(parser: Parser, token: Token) -> Node:
    node = do_translate(parser, token)
    words, about = node.filter_expression, node.message_context
    is_fixed = words.var.literal is not None and not words.filters and not (about and about.is_var)
    if not is_fixed or node.asvar or node.noop:
        return node
    return FixedWords(words, node.noop, node.asvar, about)


def url(parser: Parser, token: Token) -> Node:
    node = parse_url(parser, token)
    if node.kwargs or node.asvar or node.view_name.is_var or node.view_name.filters:
        return node
    return NumberedAddress(node.view_name, node.args, node.kwargs, node.asvar)
