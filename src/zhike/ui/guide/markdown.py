"""Markdown to the HTML of our pages: tables and pictures fit, headings have addresses, HTML in the text stays text."""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.safestring import SafeString
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

TABLE = 'class="zk-table zk-plain"'
READER = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Heading:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """`headings` are those of the second level."""

    title: str
    body: SafeString
    headings: tuple[Heading, ...]


def render_markdown(text: str, *, address_of: Callable[[str], str], folder: Path) -> RenderedPage:
    """Return a file's title (its first heading) and the rest as HTML.

    `address_of` turns a target of the file into an address, empty where nothing is there: then the words stay, without
    a link. A line of links alone right below the title is left out: the page has a navigation of its own.
    """
    tokens = READER.parse(text)
    title, tokens = _take_title(tokens)
    headings = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            words = _words(tokens[at + 1])
            headings.append(Heading(slugify(words, allow_unicode=True), words))
            token.attrSet("id", headings[-1].id)
        if token.type == "table_open":
            token.attrSet("class", "zk-table zk-plain")
        for child in token.children or ():
            _lead(child, address_of, folder)
        token.children = list(_open_pictures(token.children or []))
        _join_lines(token.children or [])
    html = READER.renderer.render(tokens, READER.options, {})
    html = html.replace("<pre>", '<pre tabindex="0">')  # long lines are scrolled by keys too
    html = html.replace(f"<table {TABLE}>", f'<div class="zk-scroll" tabindex="0"><table {TABLE}>')
    return RenderedPage(title, SafeString(html.replace("</table>", "</table></div>")), tuple(headings))


def _take_title(tokens: list[Token]) -> tuple[str, list[Token]]:
    if not tokens or tokens[0].tag != "h1":
        return "", tokens
    rest = tokens[3:]
    if len(rest) > 2 and rest[0].type == "paragraph_open" and _is_links(rest[1].children or ()):
        rest = rest[3:]
    return _words(tokens[1]), rest


def _is_links(children: Iterable[Token]) -> bool:
    """Tell whether a line holds links and the dots between them, no more."""
    inside, outside = False, ""
    for child in children:
        if child.type in ("link_open", "link_close"):
            inside = child.type == "link_open"
        elif not inside:
            outside += child.content
    return not outside.strip(" ·\n")


def _words(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def _join_lines(children: list[Token]) -> None:
    """Take the space out that a line break is between Chinese characters, which know none."""
    for before, token, after in zip(children, children[1:], children[2:], strict=False):
        ends = before.content[-1:], after.content[:1]
        if token.type == "softbreak" and all(one and not one.isascii() for one in ends):
            token.type, token.content = "text", ""


def _lead(token: Token, address_of: Callable[[str], str], folder: Path) -> None:
    if token.type == "link_open":
        address = address_of(str(token.attrGet("href")))
        if address:
            token.attrSet("href", address)
        else:
            token.attrs = {}
    elif token.type == "image":
        source = str(token.attrGet("src"))
        token.attrSet("src", address_of(source))
        token.attrSet("loading", "lazy")
        for name, size in zip(("width", "height"), _size_of(folder / source), strict=False):
            token.attrSet(name, str(size))


def _open_pictures(children: list[Token]) -> Iterable[Token]:
    """Put every picture into a link to itself: on a phone it is too small to read."""
    for child in children:
        if child.type != "image":
            yield child
            continue
        yield Token("link_open", "a", 1, attrs={"href": str(child.attrGet("src"))})
        yield child
        yield Token("link_close", "a", -1)


def _size_of(picture: Path) -> tuple[int, ...]:
    """Return width and height of a picture, so that the text does not jump when it comes; nothing where it is missing.

    A WebP tells them in its extended header (VP8X), as Chromium writes it; of others we do not know.
    """
    if not picture.is_file():
        return ()
    with picture.open("rb") as file:
        head = file.read(30)
    if head[:4] == b"\x89PNG":
        return struct.unpack(">II", head[16:24])
    if head[12:16] == b"VP8X":
        return tuple(1 + int.from_bytes(head[start : start + 3], "little") for start in (24, 27))
    return ()
