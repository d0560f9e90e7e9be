"""What other rooms may use of ui."""

from .navigation import NavItem, navigation

__all__ = ["NavItem", "navigation"]
