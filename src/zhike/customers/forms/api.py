from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Schema, Status
from pydantic import ConfigDict

from zhike.accounts.public import needs
from zhike.api.public import Input
from zhike.customers.errors import NoSuchForm
from zhike.customers.forms import actions
from zhike.customers.forms.layouts import FormField, Layout, Section, read_forms
from zhike.customers.forms.pages import EVERYBODY
from zhike.customers.forms.queries import describe_form
from zhike.customers.rights import DEFINE, VIEW, get_customer
from zhike.customers.routing import router

FORM: dict[str, Any] = {
    "sections": [
        {"zh": "基本信息", "en": "Basics", "fields": [{"name": "industry", "required": True}, {"name": "employees"}]},
        {"zh": "来往", "en": "Contact", "fields": [{"name": "source"}, {"name": "tags", "required": True}]},
    ],
    "visit_form": "",
}
ADDRESS = "/forms/{scheme}/{class_key}"


class FormFieldOut(Schema):
    """A field of the profile, or with cf_ before its key one of the organisation's own."""

    name: str = Field(max_length=60)
    required: bool = False


class SectionOut(Schema):
    zh: str = Field("", max_length=60)
    en: str = Field("", max_length=60)
    fields: list[FormFieldOut] = Field([], max_length=200)


class FormFieldIn(Input, FormFieldOut):
    pass


class SectionIn(Input):
    zh: str = Field("", max_length=60)
    en: str = Field("", max_length=60)
    fields: list[FormFieldIn] = Field([], max_length=200)


class FormIn(Input):
    """What a form shows and requires, in this order; it replaces what the form was."""

    model_config = ConfigDict(json_schema_extra={"examples": [FORM]})
    sections: list[SectionIn] = Field(max_length=actions.MOST_SECTIONS)
    visit_form: str = Field("", max_length=60, description="Key of the return-visit form")


class FormOut(Schema):
    """The form of a class; scheme and class are - for the form of everybody else."""

    scheme: str
    class_key: str
    sections: list[SectionOut]
    visit_form: str


class FormsOut(Schema):
    """`scheme` is the type whose classes choose among the forms; empty: all customers have the one of everybody."""

    scheme: str
    forms: list[FormOut]


class SchemeOfForms(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"scheme": "customer_kind"}]})
    scheme: str = Field(max_length=60, description="Key of a management type in force; empty: one form for all")


class AskedField(FormFieldOut):
    """A field of a customer's form; `missing`: it is required, and they have nothing there."""

    label: str
    missing: bool


class AskedSection(Schema):
    title: str
    fields: list[AskedField]


class CustomerFormOut(Schema):
    """What a customer's form asks. `required` and `missing` hold fields that must be filled by themselves too."""

    scheme: str
    class_key: str
    visit_form: str
    sections: list[AskedSection]
    required: list[str]
    missing: list[str]


@router.get("/forms", response=FormsOut, summary="List forms")
@needs(VIEW)
def list_forms(request: HttpRequest) -> dict[str, Any]:
    forms = read_forms()
    return {"scheme": forms.scheme, "forms": [_form(one) for _key, one in sorted(forms.layouts.items())]}


@router.patch("/forms", response=FormsOut, summary="Choose the type that forms follow")
@needs(DEFINE)
def choose_scheme(request: HttpRequest, body: SchemeOfForms) -> dict[str, Any]:
    """Forms of another type's classes stay as they are, for when it is chosen again."""
    actions.choose_scheme(scheme=body.scheme, by=request.actor, at=now())
    return list_forms(request)


@router.get(ADDRESS, response=FormOut, summary="The form of a class")
@needs(VIEW)
def get_form(request: HttpRequest, scheme: str, class_key: str) -> dict[str, Any]:
    return _form(_held(scheme, class_key))


@router.put(ADDRESS, response=FormOut, summary="Make or change the form of a class")
@needs(DEFINE)
def save_form(request: HttpRequest, scheme: str, class_key: str, body: FormIn) -> dict[str, Any]:
    """With -/- the form of everybody else."""
    sections = [
        Section(one.zh, one.en, tuple(FormField(each.name, each.required) for each in one.fields))
        for one in body.sections
    ]
    place = {"scheme": _key(scheme), "class_key": _key(class_key)}
    saved = actions.save_layout(
        **place, sections=sections, visit_form=body.visit_form, by=request.actor, at=now()
    )  # fmt: skip
    return _form(saved)


@router.delete(ADDRESS, response={204: None}, summary="Remove the form of a class")
@needs(DEFINE)
def remove_form(request: HttpRequest, scheme: str, class_key: str) -> Any:
    """Its customers then have the form of everybody else. Values that they have stay."""
    held = _held(scheme, class_key)
    actions.remove_layout(scheme=held.scheme, class_key=held.class_key, by=request.actor, at=now())
    return Status(204, None)


@router.get("/customers/{int:customer_id}/form", response=CustomerFormOut, summary="What a customer's form asks")
@needs(VIEW, customer="customer_id")
def customer_form(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    """By their class, with what is required and they lack. Fill it in by changing the customer."""
    return describe_form(get_customer(customer_id=customer_id, actor=request.actor))


def _key(text: str) -> str:
    return "" if text == EVERYBODY else text


def _held(scheme: str, class_key: str) -> Layout:
    """:raises NoSuchForm: if the class has no form of its own."""
    found = read_forms().layouts.get((_key(scheme), _key(class_key)))
    if found is None:
        raise NoSuchForm(scheme=scheme[:60], class_key=class_key[:60])
    return found


def _form(layout: Layout) -> dict[str, Any]:
    return {
        "scheme": layout.scheme or EVERYBODY,
        "class_key": layout.class_key or EVERYBODY,
        "sections": layout.sections,
        "visit_form": layout.visit_form,
    }
