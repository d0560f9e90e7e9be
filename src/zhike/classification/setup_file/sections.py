"""What a set-up file is made of: named sections, each exported and applied by whoever owns it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhike.kit.actor import Actor
from zhike.kit.registry import Registry

type Apply = Callable[[Any, Actor, datetime], list[str]]


@dataclass(frozen=True, slots=True)
class SetupSection:
    """`export` returns JSON whose keys mean the same in another installation. `apply` makes it so, in the caller's
    transaction, and returns what changed, one line each; for what is so already it returns nothing.

    What a file does not name stays as it is. `apply` raises a Refusal for what it cannot do.
    """

    key: str
    export: Callable[[], Any]
    apply: Apply


setup_sections: Registry[SetupSection] = Registry("set-up sections")
