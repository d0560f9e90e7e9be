"""What the frame of every page shows. Nothing is looked up until a template asks: partials pay nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject

from zhike.kit.actor import Actor
from zhike.kit.registry import Registry

from .navigation import GROUPS, PERSON, NavItem, navigation

# Facts that a higher room gives the frame, such as the organisation's name: key → (request) → value.
frame_facts: Registry[Callable[[HttpRequest], Any]] = Registry("frame facts")


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
    def frame(self) -> str:
        """Which page an error page extends: with the frame for who is signed in."""
        return "ui/page.html" if self.actor else "ui/plain.html"

    @cached_property
    def organisation(self) -> Any:
        source = frame_facts.get("organisation")
        return source(self.request) if source else None

    @cached_property
    def links(self) -> list[NavLink]:
        """The permitted pages, in order; the one that is open (longest matching address) is current."""
        items = sorted(navigation, key=lambda item: item.order)
        found = [(item, url) for item in items if self._may_see(item) and (url := _address(item.url_name))]
        path = self.request.path
        open_url = max((url for _, url in found if _holds(url, path)), key=len, default=None)
        return [NavLink(item, url, url == open_url) for item, url in found]

    @cached_property
    def groups(self) -> list[NavGroup]:
        grouped = [
            NavGroup(title, [link for link in self.links if link.item.group == key]) for key, title in GROUPS.items()
        ]
        return [group for group in grouped if group.links]

    @cached_property
    def person_links(self) -> list[NavLink]:
        return [link for link in self.links if link.item.group == PERSON]

    @cached_property
    def phone_links(self) -> list[NavLink]:
        return [link for link in self.links if link.item.on_phone][:4]

    def _may_see(self, item: NavItem) -> bool:
        return self.actor is not None and (not item.permission or self.actor.may(item.permission))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every page what its frame shows, as `shell`."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}


def _address(url_name: str) -> str:
    """Return the address of a page; empty while no room serves it, so that a line too many never breaks all pages."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _holds(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
