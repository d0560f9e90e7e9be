from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhike.accounts.public import needs
from zhike.customers.errors import LookAlikes
from zhike.customers.forms.new_customer import NewCustomerByClass, classes_with_forms
from zhike.customers.models import Customer
from zhike.customers.page360.queries import head_of
from zhike.customers.profile import actions
from zhike.customers.profile.forms import FieldForm
from zhike.customers.profile.pages import draw_value, field_text, field_value, profile_line
from zhike.customers.profile.rules import FIELDS
from zhike.customers.rights import CHANGE, get_customer
from zhike.customers.search.queries import LookAlike, find_look_alikes
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def new_customer(request: HttpRequest) -> HttpResponse:
    chosen, alike = request.GET.get("class", ""), []
    form = NewCustomerByClass(request.POST or None, actor=request.actor, class_key=chosen)
    if form.is_valid():
        fields = form.fields_of_customer()
        try:
            made = actions.create_customer(
                **fields, despite_look_alikes="despite" in request.POST, by=request.actor, at=now()
            )
            return redirect("customers:customer", made.id)
        except LookAlikes:
            alike = find_look_alikes(fields["contacts"], actor=request.actor)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    status = 422 if form.errors or alike else 200
    return render(request, "customers/profile/new.html", _new_page(form, alike, chosen), status=status)


def _new_page(form: NewCustomerByClass, alike: list[LookAlike], chosen: str) -> dict[str, object]:
    return {"form": form, "alike": alike, "classes": classes_with_forms(chosen)}


@require_http_methods(["GET", "POST"])
@needs(CHANGE, customer="customer_id")
def edit_field(request: HttpRequest, customer_id: int, field: str) -> HttpResponse:
    """Edit one field; the value stands in the form, or in the address when an undo sends it back."""
    if field not in FIELDS:
        raise Http404
    customer = get_customer(customer_id=customer_id, actor=request.actor)
    if request.htmx and "shown" in request.GET:  # given up: the value as it is
        return _draw_field(request, customer, field, "shown")
    old = field_value(customer, field)
    form = _read_form(request, field, old)
    if request.method == "POST" and form.is_valid() and _is_still(old, request, form, customer, field):
        try:
            change = {field: form.cleaned_data["value"]}
            customer = actions.change_customer(customer_id=customer_id, by=request.actor, at=now(), **change)
            return _show_changed(request, customer, field, old)
        except Refusal as refusal:
            form.add_error("value", refusal.message)
    part = "form" if request.htmx else ""
    answer = _draw_field(request, customer, field, part, form=form, was=old)
    answer.status_code = 422 if request.method == "POST" else 200
    return answer


def _read_form(request: HttpRequest, field: str, old: str) -> FieldForm:
    given = request.POST if "value" in request.POST else {"value": request.GET.get("value", old)}
    return FieldForm(given, key=field, actor=request.actor)


def _show_changed(request: HttpRequest, customer: Customer, field: str, old: str) -> HttpResponse:
    """Answer a change: for htmx the value, the head of the page and a toast; else the page anew."""
    said, new = _("Changed"), field_value(customer, field)
    undo = f"{request.path}?value={quote(old)}&was={quote(new)}"
    if request.htmx and field != "kind":  # another kind has other fields
        context = {**head_of(customer), "said": said, "undo": undo, "into": f"#field-{field}"}
        return _draw_field(request, customer, field, "changed", **context)
    say_done(request, said, undo=undo)
    page = reverse("customers:customer", args=[customer.id])
    return HttpResponseClientRedirect(page) if request.htmx else redirect(page)


def _draw_field(request: HttpRequest, one: Customer, field: str, part: str, **context: object) -> HttpResponse:
    """Draw a field of one customer: a partial, or without `part` the page."""
    value = draw_value(profile_line(one, field), one, may_change=True, held=True)
    context |= {"customer": one, "field": field, "value": value}
    return render(request, f"customers/profile/field.html{part and '#'}{part}", context)


def _is_still(old: str, request: HttpRequest, form: FieldForm, customer: Customer, field: str) -> bool:
    """Tell whether the field is what it was when the form was opened; if somebody changed it, the form says so."""
    was = request.POST.get("was", request.GET.get("was", old))
    if was in (old, form.data.get("value")) or form.data.get("value") == old:
        return True
    error = _("Somebody changed this to “{value}” meanwhile. Save again to replace it.")
    form.add_error("value", error.format(value=field_text(customer, field) or _("nothing")))
    return False


@require_POST
@needs(CHANGE, customer="customer_id")
def archive(request: HttpRequest, customer_id: int) -> HttpResponse:
    actions.archive_customer(customer_id=customer_id, by=request.actor, at=now())
    say_done(request, _("Archived"), undo=reverse("customers:restore", args=[customer_id]))
    return redirect("customers:list")


@require_POST
@needs(CHANGE, customer="customer_id")
def restore(request: HttpRequest, customer_id: int) -> HttpResponse:
    actions.restore_customer(customer_id=customer_id, by=request.actor, at=now())
    say_done(request, _("Restored"))
    return redirect("customers:customer", customer_id)
