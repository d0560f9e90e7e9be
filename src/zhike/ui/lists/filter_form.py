"""Filters of a list as a Django form that is bound to the address of the list."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from zhike.ui.days import format_day
from zhike.ui.lists.addresses import Chip, change_address, kept_params


class FilterForm(forms.Form):
    """What stands in the address, as the form's fields; what does not fit is left out, and `faults` says so.

    No field is required. One with a hidden widget is asked for by links alone: it can be taken away, not typed.
    """

    def __init__(self, params: QueryDict) -> None:
        super().__init__(params)
        self.params = params

    def choose(self, name: str, choices: Callable[[], Iterable[tuple[str, Any]]]) -> None:
        """Give a field of choices its own, which are looked up only where the filter is asked for or shown."""
        field: Any = self.fields[name]
        field.choices = lambda: [("", _("Any")), *choices()]

    def value_of(self, name: str) -> Any:
        """Return a filter's value; None or empty where it is not asked for, or where what is asked for does not fit."""
        return None if name in self.errors else self.cleaned_data.get(name)

    def words_of(self, name: str) -> str:
        """Return what people read of a filter's value; a room says it for what only the room can name."""
        value, field = self.value_of(name), self.fields[name]
        if isinstance(value, date):
            return format_day(value, "short")
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            labels = {str(key): str(label) for key, label in _flat(choices)}
            return "、".join(labels[one] for one in ([value] if isinstance(value, str) else value))
        return str(value)

    def chips(self) -> list[Chip]:
        """Return the filters that hold, for people to read and take away."""
        return [self._chip(name) for name in self.fields if self.value_of(name)]

    def _chip(self, name: str) -> Chip:
        field, url = self.fields[name], self.address(**{name: None})
        edit = "" if field.widget.is_hidden else self.address(only=name)
        if isinstance(field, forms.BooleanField):
            return Chip(name, str(field.label), "", "", url, edit)
        return Chip(name, str(field.label), self._operator(name), self.words_of(name), url, edit)

    def _operator(self, name: str) -> str:
        value = self.value_of(name)
        if isinstance(value, date):  # the label says from or until
            return ""
        many = isinstance(value, list) and len(value) > 1
        return _("holds") if name == "q" else _("is any of") if many else _("is")

    def faults(self) -> list[str]:
        """Return a sentence for each filter that means nothing and is left out."""
        return [self._fault(name) for name in self.fields if name in self.errors]

    def _fault(self, name: str) -> str:
        value, field = str(self.data.get(name, ""))[:40], self.fields[name]
        if isinstance(field, forms.DateField):
            return _("“{value}” is no day, so this filter is left out. Write days as 2026-11-21.").format(value=value)
        sentence = _("“{value}” means nothing for “{filter}”, so this filter is left out.")
        return sentence.format(value=value, filter=field.label)

    def address(self, **changes: object) -> str:
        """Return the query string of the list with some parameters changed, from its first page."""
        return change_address(self.params, **{"only": None, **changes})

    def dialog(self) -> dict[str, Any]:
        """Return the context of `ui/lists/filters.html`: all filters, or that which the address asks for alone."""
        fields: list[BoundField] = self.visible_fields()
        shown = [field for field in fields if field.name == self.params.get("only")] or fields
        return {"shown": shown, "kept": kept_params(self.params, "only", *(field.name for field in shown))}


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Yield (value, label) of choices, out of their groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
