"""Inputs of custom values, and the form by which a field is set up."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import User, get_organisation
from zhike.customers.custom_fields.choices import read_choices, write_choices
from zhike.customers.custom_fields.definitions import choice_name, help_of, name_of
from zhike.customers.custom_fields.rules import LENGTHS, TEXTS, UNIQUE, Definition
from zhike.customers.custom_fields.wording import form_text, read_form
from zhike.customers.models import Customer, CustomField
from zhike.customers.names.rules import pinyin_of
from zhike.customers.rights import visible_customers
from zhike.kit.actor import Actor

Type = CustomField.Type
PATTERN_LABELS = {
    "": _("Anything"),
    "digits": _("Digits"),
    "letters_digits": _("Letters and digits"),
    "web_address": _("Web address"),
    "credit_code": _("Unified social credit code"),
    "postcode": _("Postcode of six digits"),
}


HINTS: Mapping[str, str | Promise] = {
    "text": _("A line: a machine's number, a department"),
    "long_text": _("Several lines: what was agreed"),
    "number": _("A quantity, with decimals or without"),
    "money": _("An amount in the currency of the organisation"),
    "date": _("A day: of signing, of expiry"),
    "choice": _("One of several, each with its colour"),
    "choices": _("Any of several"),
    "yes_no": _("A fact that holds or does not"),
    "customer": _("The parent company, who recommended them"),
    "user": _("Who looks after the technical side"),
    "formula": _("Computed of other numbers and amounts, never typed"),
}


def list_types() -> list[tuple[str, str, str]]:
    """Return the types of fields with their names and what each is good for."""
    return [(key, str(label), str(HINTS[key])) for key, label in CustomField.Type.choices]


def input_of(one: Definition, *, required: bool = False, chosen: Any = None) -> forms.Field:
    """Return the input of a field. A choice that was retired is offered only where it is `chosen`."""
    given: dict[str, Any] = {"label": name_of(one), "help_text": help_of(one), "required": required or one.required}
    match one.type:
        case "choice" | "choices":
            kept = chosen if isinstance(chosen, list) else [chosen]
            pairs = [(each.key, choice_name(each)) for each in one.choices if not each.retired or each.key in kept]
            if one.type == "choice":
                return forms.ChoiceField(choices=[("", "–"), *pairs], **given)
            return forms.MultipleChoiceField(choices=pairs, widget=forms.CheckboxSelectMultiple, **given)
        case "yes_no":
            return forms.ChoiceField(choices=[("", "–"), ("true", _("Yes")), ("false", _("No"))], **given)
        case "user":
            people = User.objects.filter(is_active=True).order_by("name", "id").values_list("id", "name")[:500]
            return forms.ChoiceField(choices=[("", "–"), *((str(key), name) for key, name in people)], **given)
        case "date":
            return forms.CharField(widget=forms.DateInput(format="%Y-%m-%d"), **given)
        case "number" | "money":
            return forms.CharField(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **given)
        case "long_text":
            return forms.CharField(max_length=LENGTHS["long_text"], widget=forms.Textarea(attrs={"rows": 4}), **given)
        case "customer":
            given["help_text"] = given["help_text"] or _("Name or number of the customer")
            return forms.CharField(max_length=300, **given)
    return forms.CharField(max_length=LENGTHS["text"], **given)


class ValueForm(forms.Form):
    """One custom field of a customer, edited in place."""

    def __init__(self, *args: Any, one: Definition, chosen: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = input_of(one, chosen=chosen)
        self.fields["value"].widget.attrs["autofocus"] = True


def typed(one: Definition, text: Any, actor: Actor) -> Any:
    """Return what a form sent as values are checked: amounts in minor units, a customer's name as the id."""
    if one.type == "customer" and text and not str(text).strip().isdecimal():
        found = (
            visible_customers(actor).filter(name=str(text).strip(), archived_at=None).values_list("id", flat=True)[:2]
        )
        return found[0] if len(found) == 1 else text
    return read_form(one, text, currency=get_organisation().currency)


def shown_in_form(one: Definition, value: Any) -> Any:
    """Return a value as its input holds it; of a customer the name, where it is the only one of that name."""
    if one.type == "customer" and value:
        name = Customer.objects.filter(id=value).values_list("name", flat=True).first()
        if name and Customer.objects.filter(name=name, archived_at=None)[:2].count() == 1:
            return name
    return form_text(one, value, currency=get_organisation().currency)


class FieldSettingsForm(forms.Form):
    """How a field is set up: what its type has, and nothing else."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    key = forms.CharField(
        label=_("Key"), max_length=40, required=False,
        help_text=_("By which rules, files and the API know the field, for life. Empty: made of the name.")
    )  # fmt: skip
    help_zh = forms.CharField(label=_("Note in Chinese"), max_length=300, required=False)
    help_en = forms.CharField(label=_("Note in English"), max_length=300, required=False)
    choices = forms.CharField(
        label=_("Choices"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line, in order: a name, or key = 中文 = English = colour. A # before it retires a choice.")
    )  # fmt: skip
    formula = forms.CharField(label=_("Formula"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    kinds = forms.ChoiceField(
        label=_("Whose"), required=False,
        choices=[("", _("Persons and companies")), ("company", _("Companies")), ("person", _("Persons"))],
    )  # fmt: skip
    least = forms.CharField(label=_("At least"), max_length=30, required=False)
    most = forms.CharField(label=_("At most"), max_length=30, required=False)
    decimals = forms.IntegerField(label=_("Decimal places"), min_value=0, max_value=6, required=False)
    length = forms.IntegerField(label=_("Characters at most"), min_value=1, max_value=5000, required=False)
    pattern = forms.ChoiceField(label=_("What may be typed"), choices=list(PATTERN_LABELS.items()), required=False)
    default = forms.CharField(label=_("Of a new customer"), max_length=300, required=False)
    required = forms.BooleanField(label=_("Required"), required=False)
    unique = forms.BooleanField(label=_("No two customers have the same"), required=False)
    searchable = forms.BooleanField(label=_("Found by the search box, from its start on"), required=False)
    personal = forms.BooleanField(
        label=_("Personal: masked until somebody looks, which is written down"), required=False
    )

    def __init__(self, *args: Any, type: str, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = type
        for name in _unfit(type) + ([] if new else ["key"]):
            del self.fields[name]

    def settings(self) -> dict[str, Any]:
        """Return the input as `create_field` and `change_field` take it.

        :raises Refusal: if choices cannot be read.
        """
        given = self.cleaned_data
        currency = get_organisation().currency
        one = Definition("", self.type)
        limits = {name: given[name] for name in ("decimals", "length", "pattern") if given.get(name) not in (None, "")}
        ends = {name: given[name] for name in ("least", "most") if given.get(name)}
        limits |= {name: str(read_form(one, text, currency=currency)) for name, text in ends.items()}
        default = read_form(one, given.get("default") or None, currency=currency) if given.get("default") else None
        found = {name: given[name] for name in PLAIN if name in given}
        if "choices" in given:
            found["choices"] = read_choices(given["choices"])
        return {**found, "limits": limits, "default": default}


PLAIN = (
    "name_zh", "name_en", "help_zh", "help_en", "kinds", "required", "unique", "searchable", "personal", "formula",
)  # fmt: skip


def first_settings(one: Definition) -> dict[str, Any]:
    """Return a field's settings as the form holds them."""
    currency = get_organisation().currency
    ends: Mapping[str, Any] = {"least": one.limits.least, "most": one.limits.most}
    default = form_text(one, one.default, currency=currency) if one.type != "formula" else ""
    return {
        **{name: getattr(one, name.replace("name_", "")) for name in ("name_zh", "name_en")},
        **{name: getattr(one, name) for name in PLAIN[2:]},
        **{name: form_text(one, text or None, currency=currency) for name, text in ends.items()},
        "decimals": one.limits.decimals,
        "length": one.limits.length or None,
        "pattern": one.limits.pattern,
        "choices": write_choices(one.choices),
        "default": "、".join(default) if isinstance(default, list) else default,
    }


def key_of_name(name: str, taken: Sequence[str]) -> str:
    """Return a key for a field that has only a name: its letters, of Chinese the pinyin."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in pinyin_of(name).lower()).strip("_")
    stem = plain[:36] if plain[:1].isalpha() else f"f_{plain}"[:36].rstrip("_")
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def _unfit(type: str) -> list[str]:
    """Return the settings that a type does not have."""
    unfit = {"formula"} if type != Type.FORMULA else {"default", "required", "personal"}
    if type not in ("choice", "choices"):
        unfit.add("choices")
    if type not in ("number", "money", "date"):
        unfit |= {"least", "most"}
    if type not in ("number", "formula"):
        unfit.add("decimals")
    if type not in TEXTS:
        unfit |= {"length", "pattern"}
    if type != "text":
        unfit.add("searchable")
    if type not in UNIQUE:
        unfit.add("unique")
    if type in ("customer", "user", "long_text"):
        unfit.add("default")
    return sorted(unfit)
