"""How the facts of this room's events read in the audit trail: labels as on pages, values as pages write them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.audit.public import Fact, Told, fact_sources, fact_words
from zhike.customers.custom_fields.definitions import get_definition, name_of
from zhike.customers.custom_fields.forms import PATTERN_LABELS, FieldSettingsForm
from zhike.customers.custom_fields.rules import PREFIX, REFERENCES, Definition
from zhike.customers.custom_fields.values import HIDDEN
from zhike.customers.custom_fields.wording import value_text
from zhike.customers.forms.queries import label_of
from zhike.customers.forms.registries import all_sortings
from zhike.customers.imports.kinds import import_kinds
from zhike.customers.listing.filters import read_filters
from zhike.customers.models import ContactPoint, Customer, CustomField
from zhike.customers.places.rules import country_name, division_name
from zhike.customers.profile.labels import FIELD_LABELS, GENDER_LABELS
from zhike.customers.registries import all_columns, fact_kinds

type Text = str | Promise
BULK = {"tagged": _("tagged"), "untagged": _("tag taken off"), "handed over": _("handed over")}
KINDS = {"": _("Persons and companies"), "person": _("Persons"), "company": _("Companies")}


def among(words: Mapping[str, Text]) -> Callable[[Any, Told], str]:
    """Return how one of several keys is said; one that is no more by itself."""
    return lambda key, told: str(words.get(key, key))


def say_place(code: str, told: Told) -> str:
    return division_name(code, get_language() or "zh-hans") or code


def say_country(code: str, told: Told) -> str:
    return country_name(code, get_language() or "zh-hans") or code


def say_fact_kind(key: str, told: Told) -> str:
    return str(found.label) if (found := fact_kinds.get(key)) else key


def say_import_kind(key: str, told: Told) -> str:
    return str(found.label) if (found := import_kinds.get(key)) else key


def say_column(key: str, told: Told) -> str:
    """Return what a column of the list is called."""
    return next((str(one.label) for one in all_columns() if one.key == key), key)


def say_filters(address: str, told: Told) -> str:
    """Return the filters of a list's address as its chips say them."""
    chips = read_filters(QueryDict(address)).chips()
    return " · ".join(f"{one.label} {one.operator} {one.value}" for one in chips) or gettext("All customers")


def say_choice(choice: Mapping[str, Any], told: Told) -> str:
    name = choice.get("zh") or choice.get("en") or choice.get("key", "")
    return gettext("{name} (retired)").format(name=name) if choice.get("retired") else str(name)


def say_section(section: Mapping[str, Any], told: Told) -> str:
    """Return a section of a form: its title, and the fields that it asks for, * where they are required."""
    english = (get_language() or "").startswith("en")
    title = section.get("en") if english else section.get("zh")
    fields = (f"{label_of(one['key'])}{'*' if one.get('required') else ''}" for one in section.get("fields", ()))
    listed = pgettext("between names in a list", ", ").join(fields)
    return f"{title or section.get('zh') or section.get('en') or gettext('More')} ({listed})"


def say_scheme(key: str, told: Told) -> str:
    return next((one.name for one in all_sortings() if one.key == key), key)


def say_class(key: str, told: Told) -> str:
    classes = (each for one in all_sortings() if one.key == told.facts.get("scheme") for each in one.classes)
    return next((one.name for one in classes if one.key == key), key)


def say_field(key: str, told: Told) -> str:
    """Return what a field is called, which events know by its key."""
    found = get_definition(key.removeprefix(PREFIX))
    return name_of(found) if found else key


FACTS = {
    "customer_id": Fact(_("Customer"), noun="customer"),
    "customer_ids": Fact(_("Customers"), noun="customer"),
    "contact_point_id": Fact(_("Contact points"), silent=True),
    "masked": Fact(_("Contact points")),
    "note_id": Fact(_("Note"), silent=True),
    "fact_id": Fact(_("What happened"), silent=True),
    "import_id": Fact(_("Import"), noun="import"),
    "field_id": Fact(_("Field"), noun="field"),
    "customers": Fact(_("Customers")),
    "rows": Fact(pgettext_lazy("of a file", "Rows")),
    "accepted": Fact(_("Taken over")),
    "file_name": Fact(_("File")),
    "FactAdded.kind": Fact(_("What happened"), say=say_fact_kind),
    "CustomersChanged.action": Fact(_("What was done"), say=among(BULK)),
    "CustomersExported.columns": Fact(_("Columns"), say=say_column),
    "CustomersExported.filters": Fact(_("Filters"), say=say_filters),
    "FormLayoutChanged.scheme": Fact(_("By the classes of"), say=say_scheme),
    "FormLayoutChanged.class_key": Fact(_("Class"), say=say_class),
    "FormLayoutChanged.sections": Fact(_("Sections"), say=say_section),
    "FormLayoutChanged.visit_form": Fact(_("Visit form")),
    **{
        f"{event}.kind": Fact(_("What the file holds"), say=say_import_kind)
        for event in ("ImportStarted", "ImportFinished", "ImportCancelled")
    },
    "ImportStarted.source": Fact(_("From which system")),
    "FieldRevealed.field": Fact(_("Field"), say=say_field),
    **{
        f"{event}.key": Fact(_("Field"), say=say_field)
        for event in ("FieldAdded", "FieldChanged", "FieldArchived", "FieldRestored", "FieldRemoved")
    },
    "FieldAdded.type": Fact(_("Type"), say=among(dict(CustomField.Type.choices))),
}
PROFILE = {
    **{key: Fact(label) for key, label in FIELD_LABELS.items()},
    "kind": Fact(_("Kind"), say=among(dict(Customer.Kind.choices))),
    "gender": Fact(_("Gender"), say=among(GENDER_LABELS)),
    "owner_id": Fact(_("Owner"), noun="user"),
    "country": Fact(_("Country"), say=say_country),
    **{
        key: Fact(label, say=say_place)
        for key, label in (("province", _("Province")), ("city", _("City")), ("district", _("District")))
    },
    **{kind: Fact(label) for kind, label in ContactPoint.Kind.choices},
    **{f"{kind}_primary": Fact(pgettext_lazy("contact point", "First choice")) for kind in ContactPoint.Kind.values},
}
OF_FORM = FieldSettingsForm.base_fields  # what the settings of a field are called where they are set
SETTINGS = {
    **{key: Fact(one.label or key) for key, one in OF_FORM.items() if key != "key"},
    "type": Fact(_("Type"), say=among(dict(CustomField.Type.choices))),
    "kinds": Fact(OF_FORM["kinds"].label or "", say=among(KINDS), nothing=KINDS[""]),
    "unique": Fact(_("Unique")),
    "searchable": Fact(_("Searchable")),
    "personal": Fact(_("Personal")),
    "limits": Fact(_("Limits")),
    "choices": Fact(_("Choices"), say=say_choice),
    "pattern": Fact(_("What may be typed"), say=among(PATTERN_LABELS)),
}


def find_fact(event: str, key: str, facts: Mapping[str, Any]) -> Fact | None:
    """Return how what depends on the organisation's own fields reads."""
    if event == "CustomerChanged":
        return PROFILE.get(key) or (_custom(key.removeprefix(PREFIX), key) if key.startswith(PREFIX) else None)
    if event == "FieldChanged":
        wording = SETTINGS.get(key)
        of_type = (
            _custom(facts.get("key", ""), wording.label) if wording and key in ("default", "least", "most") else None
        )
        return of_type or wording
    if event == "CustomersChanged" and key == "value":
        handed = facts.get("action") == "handed over"
        return Fact(_("Owner"), say=_say_owner, mentions=_owner) if handed else Fact(_("Tag"))
    return None


def _owner(value: str) -> list[tuple[str, int | None]]:
    return [("user", int(value) if value.isdecimal() else None)]


def _say_owner(value: str, told: Told) -> str:
    return told.name("user", int(value)) if value.isdecimal() else value


def _custom(key: str, label: Text) -> Fact | None:
    one = get_definition(key)
    if one is None:
        return None
    name = name_of(one) if label == f"{PREFIX}{key}" else label
    if one.type in REFERENCES:
        return Fact(name, noun=one.type)
    return Fact(name, say=lambda value, told: _say_value(one, value))


def _say_value(one: Definition, value: Any) -> str:
    """Return a value as pages write it; one that the field's type no longer takes as it was."""
    if value == HIDDEN:
        return HIDDEN
    try:
        return value_text(one, value, currency=get_organisation().currency, names={})
    except (TypeError, ValueError, ArithmeticError):
        return str(value)


def register() -> None:
    fact_sources.add("customers", find_fact)
    for key, fact in FACTS.items():
        fact_words.add(key, fact)
