from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.customers.errors import LookAlikes
from zhike.customers.models import Customer
from zhike.customers.profile import actions
from zhike.customers.profile.forms import FieldForm, NewCustomerForm
from zhike.customers.profile.pages import field_text, field_value
from zhike.customers.profile.rules import FIELDS
from zhike.customers.rights import CHANGE, get_customer
from zhike.customers.search.queries import find_look_alikes
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def new_customer(request: HttpRequest) -> HttpResponse:
    form, alike = NewCustomerForm(request.POST or None), []
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
    return render(request, "customers/profile/new.html", {"form": form, "alike": alike})


@require_http_methods(["GET", "POST"])
@needs(CHANGE, customer="customer_id")
def edit_field(request: HttpRequest, customer_id: int, field: str) -> HttpResponse:
    """Edit one field; the value stands in the form, or in the address when an undo sends it back."""
    if field not in FIELDS:
        raise Http404
    customer = get_customer(customer_id=customer_id, actor=request.actor)
    old = field_value(customer, field)
    form = FieldForm(
        request.POST if "value" in request.POST else {"value": request.GET.get("value", old)},
        key=field, actor=request.actor,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _is_still(old, request, form, customer, field):
        try:
            change = {field: form.cleaned_data["value"]}
            actions.change_customer(customer_id=customer_id, by=request.actor, at=now(), **change)
            say_done(request, _("Changed"), undo=f"{request.path}?value={quote(old)}")
            return redirect("customers:customer", customer_id)
        except Refusal as refusal:
            form.add_error("value", refusal.message)
    context = {"form": form, "customer": customer, "field": field, "was": old}
    return render(request, f"customers/profile/field.html{'#form' if request.htmx else ''}", context)


def _is_still(old: str, request: HttpRequest, form: FieldForm, customer: Customer, field: str) -> bool:
    """Tell whether the field is what it was when the form was opened; if somebody changed it, the form says so."""
    if request.POST.get("was", old) in (old, request.POST.get("value")):
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
