"""The form in which a policy is edited, made of the fields of its kind. What is allowed is decided in values.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import User

from .kinds import FieldType, PolicyField, PolicyKind
from .words import say_place

SPARE_AREAS = 3  # empty lines for more
NOBODY = [("", "–")]


class AreasWidget(forms.Widget):
    """Lines of a place and who has it."""

    template_name = "classification/policies/areas.html"

    def __init__(self, recipients: Sequence[Any], places: Sequence[str]) -> None:
        super().__init__()
        self.recipients, self.places = recipients, places

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = [one for one in value or [] if isinstance(one, Mapping)]
        lines = [{"place": _shown(one.get("place", "")), "to": one.get("to", "")} for one in given]
        context["widget"] |= {"lines": lines + [{"place": "", "to": ""}] * SPARE_AREAS, "recipients": self.recipients}
        context["widget"]["places"] = self.places
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        if not isinstance(data, QueryDict):
            return list(data.get(name, []))
        pairs = zip(data.getlist(f"{name}-place"), data.getlist(f"{name}-to"), strict=False)
        return [{"place": place, "to": to} for place, to in pairs if place.strip() or to]


class AreasField(forms.Field):
    def clean(self, value: Any) -> Any:
        return value


class PolicyForm(forms.Form):
    """Fields of a kind. It takes whatever is typed: `set_policy` says what does not fit, for the API too."""

    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, kind: PolicyKind, people: Sequence[User], places: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for one in kind.fields:
            self.fields[one.key] = _field(one, people, places)

    @property
    def value(self) -> dict[str, Any]:
        return {one.key: self.cleaned_data.get(one.key) for one in self.kind.fields}


def _field(one: PolicyField, people: Sequence[User], places: Sequence[str]) -> forms.Field:
    facts: dict[str, Any] = {"label": one.label, "required": one.required, "help_text": one.note}
    persons = [(str(each.id), each.name) for each in people]
    teams = [(str(team_id), name) for team_id, name in teams_of(people)]
    match one.type:
        case FieldType.WHOLE | FieldType.MONEY:
            return forms.IntegerField(widget=_number(one, "1"), **facts)
        case FieldType.PERCENT:
            return forms.DecimalField(widget=_number(one, "any"), **facts)
        case FieldType.CHOICE:
            return forms.ChoiceField(choices=one.choices, **facts)
        case FieldType.SEVERAL:
            return forms.MultipleChoiceField(choices=one.choices, widget=forms.CheckboxSelectMultiple, **facts)
        case FieldType.TICK:
            return forms.BooleanField(**facts)
        case FieldType.PERSON:
            return forms.ChoiceField(choices=NOBODY + persons, **facts)
        case FieldType.TEAM:
            return forms.ChoiceField(choices=NOBODY + teams, **facts)
        case FieldType.AREAS:
            recipients = [
                (_("People"), [(f"person:{key}", name) for key, name in persons]),
                (_("Teams"), [(f"team:{key}", name) for key, name in teams]),
            ]
            return AreasField(widget=AreasWidget(recipients, places), **facts)
    return forms.CharField(**facts)


def teams_of(people: Sequence[User]) -> list[tuple[int, str]]:
    """Return id and name of the teams in which some of these people are, by name."""
    found = {one.team.id: one.team.name for one in people if one.team is not None}
    return sorted(found.items(), key=lambda item: item[1])


def _number(one: PolicyField, step: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"min": one.least, "max": one.most, "step": step, "inputmode": "decimal"})


def _shown(place: str) -> str:
    return say_place(place) if place.isdigit() else place
