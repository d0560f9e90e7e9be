"""What a form shows and requires, as read from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.customers.models import FormLayout, FormSettings
from zhike.customers.remembering import Remembered

# what of the profile a form may ask besides name and kind, which it always does
PROFILE = ("industry", "employees", "gender", "birthday", "source", "tags")


@dataclass(frozen=True, slots=True)
class FormField:
    """`name` is a field of the profile or, with cf_ before it, one of the organisation's own."""

    name: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    zh: str
    en: str
    fields: tuple[FormField, ...] = ()

    @property
    def title(self) -> str:
        english = (get_language() or "").startswith("en")
        return ((self.en or self.zh) if english else (self.zh or self.en)) or _("More")


@dataclass(frozen=True, slots=True)
class Layout:
    """The form of one class, or of everybody else. `visit_form` is the key of the return-visit form."""

    scheme: str = ""
    class_key: str = ""
    sections: tuple[Section, ...] = ()
    visit_form: str = ""

    @property
    def fields(self) -> list[FormField]:
        return [one for section in self.sections for one in section.fields]


@dataclass(frozen=True, slots=True)
class Forms:
    """Every form of the organisation; `scheme` is the type whose classes choose among them."""

    scheme: str
    layouts: Mapping[tuple[str, str], Layout]

    def of_class(self, class_key: str) -> Layout | None:
        own = self.layouts.get((self.scheme, class_key)) if self.scheme and class_key else None
        return own or self.layouts.get(("", ""))


def read_forms() -> Forms:
    scheme = FormSettings.objects.filter(id=1).values_list("scheme", flat=True).first() or ""
    return Forms(scheme, {(one.scheme, one.class_key): layout_of(one) for one in FormLayout.objects.all()})


def layout_of(kept: FormLayout) -> Layout:
    return Layout(kept.scheme, kept.class_key, tuple(map(_section, kept.sections)), kept.visit_form)


def sections_to_json(sections: Sequence[Section]) -> list[dict[str, Any]]:
    return [
        {
            "zh": one.zh,
            "en": one.en,
            "fields": [{"key": each.name, "required": each.required} for each in one.fields],
        }
        for one in sections
    ]


def _section(plain: Mapping[str, Any]) -> Section:
    fields = tuple(FormField(one["key"], bool(one.get("required"))) for one in plain.get("fields", []))
    return Section(plain.get("zh", ""), plain.get("en", ""), fields)


all_forms = Remembered(read_forms)
