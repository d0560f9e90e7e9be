from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Schema, Status

from zhike.accounts.public import needs
from zhike.api.public import Input
from zhike.customers.custom_fields import actions
from zhike.customers.custom_fields.definitions import definition_of, read_fields
from zhike.customers.custom_fields.queries import get_field
from zhike.customers.custom_fields.rules import Definition, FieldChoice
from zhike.customers.rights import DEFINE, VIEW
from zhike.customers.routing import router


class ChoiceOut(Schema):
    """`hue` is a name of the palette; a retired choice stays where it is and can no longer be chosen."""

    key: str = Field(max_length=40)
    zh: str = Field("", max_length=60)
    en: str = Field("", max_length=60)
    hue: str = "plain"
    retired: bool = False


class LimitsOut(Schema):
    """`least` and `most` are numbers, amounts in minor units, or days; `length` counts characters."""

    least: str = ""
    most: str = ""
    decimals: int = Field(2, ge=0, le=6)
    length: int = Field(0, ge=0, le=5000)
    pattern: str = Field("", description="digits, letters_digits, web_address, credit_code or postcode")


class ChoiceIn(Input, ChoiceOut):
    pass


class LimitsIn(Input, LimitsOut):
    pass


class FieldSettings(Input):
    """What of a field can be set; what is left out stays as it is. The key stays for life."""

    type: str | None = Field(
        None, description="text, long_text, number, money, date, choice, choices, yes_no, customer, user or formula"
    )
    name_zh: str | None = Field(None, max_length=60)
    name_en: str | None = Field(None, max_length=60)
    help_zh: str | None = Field(None, max_length=300)
    help_en: str | None = Field(None, max_length=300)
    kinds: str | None = Field(None, description="person or company; empty: both have it")
    required: bool | None = None
    unique: bool | None = None
    searchable: bool | None = None
    personal: bool | None = Field(None, description="Masked until somebody looks, which is written down")
    default: Any = None
    limits: LimitsIn | None = None
    choices: list[ChoiceIn] | None = Field(None, max_length=300)
    formula: str | None = Field(None, max_length=500)

    def given(self) -> dict[str, Any]:
        """Return the settings that the caller sent, as the actions take them."""
        found = self.model_dump(exclude_unset=True, exclude={"key"})
        if self.choices is not None:
            found["choices"] = [FieldChoice(**one.model_dump()) for one in self.choices]
        return {name: value for name, value in found.items() if value is not None or name == "default"}


class NewField(FieldSettings):
    key: str = Field(max_length=40, description="Small letters, digits and _; for life")
    type: str


class FieldOut(Schema):
    """A custom field. Rules, files and filters of the list know it as `name`: cf_ and the key."""

    key: str
    name: str
    type: str
    name_zh: str = Field(alias="zh")
    name_en: str = Field(alias="en")
    help_zh: str
    help_en: str
    kinds: str
    required: bool
    unique: bool
    searchable: bool
    personal: bool
    default: Any
    limits: LimitsOut
    choices: list[ChoiceOut]
    formula: str
    archived: bool


@router.get("/fields", response=list[FieldOut], by_alias=False, summary="List custom fields")
@needs(VIEW)
def list_fields(request: HttpRequest) -> list[Definition]:
    """All of them in their order, archived ones too."""
    return list(read_fields().values())


@router.post("/fields", response={201: FieldOut}, by_alias=False, summary="Add a custom field")
@needs(DEFINE)
def add_field(request: HttpRequest, body: NewField) -> Any:
    made = actions.create_field(key=body.key, **body.given(), by=request.actor, at=now())
    return Status(201, definition_of(made))


@router.patch("/fields/{slug:key}", response=FieldOut, by_alias=False, summary="Change a custom field")
@needs(DEFINE)
def change_field(request: HttpRequest, key: str, body: FieldSettings) -> Definition:
    """The type can be changed until a customer has a value or a rule asks for the field."""
    return definition_of(actions.change_field(key=key, **body.given(), by=request.actor, at=now()))


@router.post("/fields/{slug:key}/archive", response=FieldOut, by_alias=False, summary="Archive a custom field")
@needs(DEFINE)
def archive_field(request: HttpRequest, key: str) -> Definition:
    """Its values stay. Refused while a rule asks for it."""
    return definition_of(actions.archive_field(key=key, by=request.actor, at=now()))


@router.post("/fields/{slug:key}/restore", response=FieldOut, by_alias=False, summary="Restore a custom field")
@needs(DEFINE)
def restore_field(request: HttpRequest, key: str) -> Definition:
    return definition_of(actions.restore_field(key=key, by=request.actor, at=now()))


@router.delete("/fields/{slug:key}", response={204: None}, summary="Remove an archived field and its values")
@needs(DEFINE)
def remove_field(request: HttpRequest, key: str) -> Any:
    get_field(key=key)
    actions.remove_field(key=key, by=request.actor, at=now())
    return Status(204, None)
