"""A text field that offers what there is while one types."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms


class OfferedText(forms.TextInput):
    """`offers` gives (value, what people read of it); it is asked each time the field is drawn."""

    template_name = "ui/forms/offered_text.html"

    def __init__(self, *, offers: Callable[[], Iterable[tuple[str, Any]]], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.offers = offers

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["list"] = f"{widget['attrs'].get('id', name)}-offers"
        widget["attrs"] |= {"list": widget["list"], "autocomplete": "off"}
        widget["offers"] = list(self.offers())
        return context
