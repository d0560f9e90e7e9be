"""What higher rooms add to the page of a product."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhike.kit.actor import Actor
from zhike.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class ProductPanel:
    """A part of the product page. `load(product_id, actor)` gives the context of `template`; None shows nothing."""

    key: str
    order: int
    permission: str
    template: str
    load: Callable[[int, Actor], dict[str, Any] | None]


product_panels: Registry[ProductPanel] = Registry("product panels")
