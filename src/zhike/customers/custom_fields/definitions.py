"""The custom fields that there are. Pages read them from memory, a second old at most; who writes reads them anew."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from zhike.customers.custom_fields.rules import Definition, FieldChoice, Limits
from zhike.customers.models import CustomField
from zhike.customers.remembering import Remembered

COLUMNS = (
    "id", "key", "type", "name_zh", "name_en", "help_zh", "help_en", "kinds", "required", "unique", "searchable",
    "personal", "default", "limits", "choices", "formula", "position", "archived_at",
)  # fmt: skip
SAME = [name for name in COLUMNS if name not in ("name_zh", "name_en", "limits", "choices", "archived_at")]


def all_fields() -> Mapping[str, Definition]:
    """Return every field by key, archived ones too, in their order."""
    return _remembered()


def list_fields(*, kind: str = "") -> list[Definition]:
    """Return the fields in use, in their order; with `kind` those that such customers have."""
    return [one for one in all_fields().values() if not one.archived and (not kind or one.fits(kind))]


def get_definition(key: str) -> Definition | None:
    return all_fields().get(key)


def read_fields() -> Mapping[str, Definition]:
    """Return every field as the database has it now."""
    rows = CustomField.objects.order_by("position", "id").values_list(*COLUMNS)
    return {row[1]: _definition(dict(zip(COLUMNS, row, strict=True))) for row in rows}


def forget_fields() -> None:
    _remembered.forget()


_remembered = Remembered(read_fields)


def definition_of(field: CustomField) -> Definition:
    return _definition({name: getattr(field, name) for name in COLUMNS})


def _definition(row: dict[str, Any]) -> Definition:
    names = {"zh": "name_zh", "en": "name_en"}
    plain = {
        one: row[names.get(one, one)] for one in Definition.__slots__ if one not in ("limits", "choices", "archived")
    }
    limits, choices = row["limits"], row["choices"]
    return Definition(
        **plain,
        limits=Limits(**{key: value for key, value in limits.items() if key in Limits.__slots__}),
        choices=tuple(FieldChoice(**one) for one in choices),
        archived=row["archived_at"] is not None,
    )


def name_of(one: Definition) -> str:
    """Return what the reader calls the field."""
    return _in_language(one.zh, one.en) or one.key


def help_of(one: Definition) -> str:
    return _in_language(one.help_zh, one.help_en)


def choice_name(choice: FieldChoice) -> str:
    return _in_language(choice.zh, choice.en) or choice.key


def _in_language(zh: str, en: str) -> str:
    return (en or zh) if (get_language() or "").startswith("en") else (zh or en)
