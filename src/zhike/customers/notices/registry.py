"""Kinds of notices that rooms tell people of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from zhike.customers.models import Notice
from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a notice says to its reader, a shorter line below, and where it leads."""

    text: str | Promise
    url: str
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of notice, shown to who has `permission`.

    `say` words notices of the kind in the active language from their facts, in order, in a few queries for all of them;
    `notice.customer` is loaded where there is one. None for one that means nothing any more: it is not shown.
    """

    key: str
    icon: str  # a name of the icon sprite
    permission: str
    say: Callable[[Sequence[Notice]], Sequence[NoticeWords | None]]


notice_kinds: Registry[NoticeKind] = Registry("notice kinds")
