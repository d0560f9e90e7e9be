"""Forms that look right everywhere: `{{ form }}`, `{{ field.as_field_group }}` and a bare `{{ field }}` alike."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

KINDS: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Textarea, "form-control"),
    (forms.widgets.Input, "form-control"),
]

NOTHING_CHOSEN = _("- Select an option -")  # Django's own words, which it has no Chinese for


class DressedField(BoundField):
    """A field whose control carries the class that its kind of control has here."""

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        kind = next((name for one, name in KINDS if isinstance(widget, one)), "")
        if kind and not widget.is_hidden:
            own = built.get("class") or widget.attrs.get("class", "")
            built["class"] = f"{kind} {own}".strip()
        return built

    @property
    def is_tick(self) -> bool:
        """One box with its label behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class FormRenderer(TemplatesSetting):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = DressedField
