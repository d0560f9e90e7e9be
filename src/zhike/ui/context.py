"""What the frame of every page shows. Nothing is looked up until a template asks: partials pay nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import get_language

from zhike.kit.actor import Actor
from zhike.kit.registry import Registry

from .amounts import get_number_style
from .guide.chapters import find_explanation
from .navigation import GROUPS, PALETTE, PERSON, NavItem, navigation
from .parts import asks_for_part

# Facts that a higher room gives the frame, such as the organisation: key → (request) → value.
frame_facts: Registry[Callable[[HttpRequest], Any]] = Registry("frame facts")

PHONE_LINKS = 4
CSRF_MARK, BACK_MARK, COUNT_MARK = (
    "%csrf-token%",
    "%address-of-this-page%",
    "%count%",
)  # where a part drawn for all is filled for one request


@dataclass(frozen=True, slots=True)
class NavLink:
    item: NavItem
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    title: str | Promise
    links: list[NavLink]


class Shell:
    """The frame around a page, for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def actor(self) -> Actor | None:
        return getattr(self.request, "actor", None)

    @property
    def is_part(self) -> bool:
        """Whether the main column alone is answered."""
        return asks_for_part(self.request)

    @property
    def now(self) -> datetime:
        """When the page was made: paper says it."""
        return now()

    @property
    def frame(self) -> str:
        """Which page an error page extends: with the frame for who is signed in."""
        return "ui/page.html" if self.actor else "ui/plain.html"

    @cached_property
    def organisation(self) -> Any:
        source = frame_facts.get("organisation")
        return source(self.request) if source else None

    @cached_property
    def unread(self) -> int:
        """How many notices the person has not read, to at most a hundred."""
        source = frame_facts.get("unread")
        return source(self.request) if source else 0

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The permitted pages, by their keys in the navigation, in order."""
        keys = sorted(navigation.keys(), key=lambda key: navigation[key].order)
        return tuple(key for key in keys if self._may_see(navigation[key]) and find_address(navigation[key].url_name))

    def first_in(self, group: str) -> str:
        """The address of the first permitted page of a group of GROUPS; the workbench when there is none."""
        return next(
            (find_address(navigation[key].url_name) for key in self.keys if navigation[key].group == group), "/"
        )

    @cached_property
    def current(self) -> str:
        """The page that is open: of the addresses that begin this one the longest; empty when none does."""
        path = self.request.path
        pages = [key for key in self.keys if navigation[key].group != PALETTE]
        matching = [key for key in pages if _holds(find_address(navigation[key].url_name), path)]
        return max(matching, key=lambda key: len(find_address(navigation[key].url_name)), default="")

    @property
    def help_url(self) -> str:
        """The chapter of the guide that explains this page."""
        return find_explanation(self.request.path)

    @property
    def nav(self) -> SafeString:
        return SafeString(self._draw("nav", self.current).replace(COUNT_MARK, self._count))

    @property
    def tabbar(self) -> SafeString:
        return SafeString(self._draw("tabbar", self.current).replace(COUNT_MARK, self._count))

    @property
    def palette(self) -> SafeString:
        return self._draw("palette", "")

    @property
    def person_menu(self) -> SafeString:
        """The menu under the person's name: drawn once for all, then filled with this person's token and page."""
        drawn = self._draw("person_menu", "", get_number_style())
        filled = drawn.replace(CSRF_MARK, escape(get_token(self.request)))
        return SafeString(filled.replace(BACK_MARK, escape(self.request.get_full_path())))

    @cached_property
    def _count(self) -> str:
        """The number beside the line of notices; nothing where all are read."""
        return render_to_string("ui/frame/count.html", {"unread": self.unread}).strip() if self.unread else ""

    def _draw(self, part: str, current: str, numbers: str = "") -> SafeString:
        if not self.actor:
            return SafeString("")
        return draw_part(part, get_language() or "", self.keys, current, numbers)

    def _may_see(self, item: NavItem) -> bool:
        return self.actor is not None and (not item.permission or self.actor.may(item.permission))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every page what its frame shows, as `shell`."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}


@lru_cache(maxsize=1024)
def draw_part(part: str, language: str, keys: tuple[str, ...], current: str, numbers: str = "") -> SafeString:
    """Return a part of the frame. It depends on nothing but these, so people with the same rights share it."""
    links = list_links(keys, current)
    groups = [NavGroup(title, [one for one in links if one.item.group == key]) for key, title in GROUPS.items()]
    phone = [link for link in links if link.item.on_phone][:PHONE_LINKS]
    context = {
        "links": links,
        "groups": [group for group in groups if group.links],
        "phone_links": phone,
        "palette_links": [link for link in links if link.item.group == PALETTE],
        "person_links": [link for link in links if link.item.group == PERSON],
        "numbers": numbers,
        "csrf_token": CSRF_MARK,
        "request": {"get_full_path": BACK_MARK},
    }
    return render_to_string(f"ui/frame/{part}.html", context)


def list_links(keys: tuple[str, ...], current: str) -> list[NavLink]:
    return [NavLink(navigation[key], find_address(navigation[key].url_name), key == current) for key in keys]


@lru_cache
def find_address(url_name: str) -> str:
    """Return the address of a page; empty when no room serves it, so that a line too many never breaks all pages."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _holds(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
