from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.customers.custom_fields import actions, pages
from zhike.customers.custom_fields.definitions import get_definition, read_fields
from zhike.customers.custom_fields.errors import NoSuchField
from zhike.customers.custom_fields.forms import (
    FieldSettingsForm,
    ValueForm,
    first_settings,
    key_of_name,
    list_types,
    shown_in_form,
    typed,
)
from zhike.customers.custom_fields.revealing import reveal_field
from zhike.customers.custom_fields.rules import Definition
from zhike.customers.models import Customer, CustomField
from zhike.customers.profile.actions import change_customer
from zhike.customers.rights import CHANGE, DEFINE, REVEAL, get_customer
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning, show_form


@require_http_methods(["GET", "POST"])
@needs(CHANGE, customer="customer_id")
def edit_value(request: HttpRequest, customer_id: int, key: str) -> HttpResponse:
    """Edit one custom field of a customer, in its place or on a page of its own."""
    customer, one = get_customer(customer_id=customer_id, actor=request.actor), _editable(request, key)
    if request.htmx and "shown" in request.GET:
        return _draw(request, customer, one, "shown")
    old = customer.custom.get(key)
    form = _value_form(request, one, old)
    if request.method == "POST" and form.is_valid():
        try:
            value = typed(one, form.cleaned_data["value"], request.actor)
            changed = change_customer(customer_id=customer_id, custom={key: value}, by=request.actor, at=now())
            return _show_changed(request, changed, one, shown_in_form(one, old))
        except Refusal as refusal:
            form.add_error("value", refusal.message)
    answer = _draw(request, customer, one, "form" if request.htmx else "", form=form)
    answer.status_code = 422 if request.method == "POST" else 200
    return answer


def _editable(request: HttpRequest, key: str) -> Definition:
    one = get_definition(key)
    if one is None or one.archived or one.type == "formula" or (one.personal and not request.actor.may(REVEAL)):
        raise Http404
    return one


def _value_form(request: HttpRequest, one: Definition, old: object) -> ValueForm:
    given = request.POST if "was" in request.POST else request.GET if "value" in request.GET else None
    return ValueForm(given, one=one, chosen=old, initial={"value": shown_in_form(one, old)})


def _show_changed(request: HttpRequest, customer: Customer, one: Definition, old: object) -> HttpResponse:
    pairs = [("value", each) for each in old] if isinstance(old, list) else [("value", old)]
    undo = f"{request.path}?{urlencode(pairs, quote_via=quote)}"
    if request.htmx:
        return _draw(request, customer, one, "changed", said=_("Changed"), undo=undo, into=f"#custom-{one.key}")
    say_done(request, _("Changed"), undo=undo)
    return redirect("customers:customer", customer.id)


def _draw(request: HttpRequest, customer: Customer, one: Definition, part: str, **context: object) -> HttpResponse:
    context |= {"customer": customer, "line": pages.line_of(one, customer, request.actor)}
    return render(request, f"customers/custom_fields/value.html{part and '#'}{part}", context)


@require_POST
@needs(REVEAL, customer="customer_id")
def reveal(request: HttpRequest, customer_id: int, key: str) -> HttpResponse:
    """Answer a personal field in full, as text; that it was looked at is written down."""
    text = reveal_field(customer_id=customer_id, key=key, by=request.actor)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@require_GET
@needs(DEFINE)
def fields(request: HttpRequest) -> HttpResponse:
    context = pages.fields_page(archived="archived" in request.GET)
    return render(request, "customers/custom_fields/fields.html", context)


@require_http_methods(["GET", "POST"])
@needs(DEFINE)
def new_field(request: HttpRequest) -> HttpResponse:
    """Choose a type, then say what the field is called and what it takes."""
    type = request.GET.get("type", "")
    if type not in CustomField.Type.values:
        return render(request, "customers/custom_fields/types.html", {"types": list_types()})
    form = FieldSettingsForm(request.POST or None, type=type, new=True)
    _explain(form)
    if form.is_valid():
        name = form.cleaned_data["name_en"] or form.cleaned_data["name_zh"]
        key = form.cleaned_data["key"] or key_of_name(name, list(read_fields()))
        try:
            actions.create_field(key=key, type=type, **form.settings(), by=request.actor, at=now())
            say_done(request, _("Field added"))
            return redirect("customers:fields")
        except Refusal as refusal:
            _blame(form, refusal)
    context = {"form": form, "type": CustomField.Type(type).label}
    return show_form(request, "customers/custom_fields/field.html", context)


@require_http_methods(["GET", "POST"])
@needs(DEFINE)
def field(request: HttpRequest, key: str) -> HttpResponse:
    one = read_fields().get(key)
    if one is None:
        raise NoSuchField(key=key)
    form = FieldSettingsForm(request.POST or None, type=one.type, initial=first_settings(one))
    _explain(form, but=key)
    if form.is_valid():
        try:
            actions.change_field(key=key, **form.settings(), by=request.actor, at=now())
            say_done(request, _("Changed"))
            return redirect("customers:fields")
        except Refusal as refusal:
            _blame(form, refusal)
    context = {"form": form, "type": CustomField.Type(one.type).label}
    context |= pages.field_page(one)
    return show_form(request, "customers/custom_fields/field.html", context)


@require_POST
@needs(DEFINE)
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Put a field one place up or down, or before another."""
    order = [one.key for one in read_fields().values() if not one.archived]
    place = order.index(key) if key in order else 0
    down = request.POST.get("way") == "down"
    before = (order[place + 2 :] or [""])[0] if down else order[max(place - 1, 0)] if order else ""
    actions.move_field(key=key, before=request.POST.get("before", before), by=request.actor, at=now())
    return redirect("customers:fields")


@require_POST
@needs(DEFINE)
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Archive, restore or remove a field: what the pressed button says."""
    act = {"restore": actions.restore_field, "remove": actions.remove_field}.get(
        request.POST.get("do", ""), actions.archive_field
    )
    try:
        act(key=key, by=request.actor, at=now())
        say_done(request, _("Done"))
    except Refusal as refusal:
        say_warning(request, refusal.message)
        return redirect("customers:field-settings", key)
    return redirect("customers:fields")


def _blame(form: FieldSettingsForm, refusal: Refusal) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _explain(form: FieldSettingsForm, *, but: str = "") -> None:
    """Say below a formula what it may ask for."""
    if "formula" in form.fields:
        form.fields["formula"].help_text = pages.formula_help(but=but)
