from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.customers.contacts import actions
from zhike.customers.contacts.forms import AddressForm, ContactForm
from zhike.customers.rights import CHANGE, REVEAL, get_customer
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, show_form


@require_http_methods(["GET", "POST"])
@needs(CHANGE, customer="customer_id")
def add_contact(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = get_customer(customer_id=customer_id, actor=request.actor)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_contact_point(customer_id=customer_id, new=form.contact(customer), by=request.actor, at=now())
            return redirect("customers:customer", customer_id)
        except Refusal as refusal:
            form.add_error("value", refusal.message)
    context = {"form": form, "customer": customer}
    return show_form(request, "customers/contacts/contact.html", context)


@require_http_methods(["GET", "POST"])
@needs(CHANGE, customer="customer_id")
def edit_address(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = get_customer(customer_id=customer_id, actor=request.actor)
    form = AddressForm(request.POST or None, initial=AddressForm.initial_of(customer))
    if form.is_valid():
        try:
            actions.set_address(customer_id=customer_id, new=form.address(), by=request.actor, at=now())
            say_done(request, _("Changed"))
            return redirect("customers:customer", customer_id)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {"form": form, "customer": customer}
    return show_form(request, "customers/contacts/address.html", context)


@require_POST
@needs(REVEAL, customer="customer_id")
def reveal(request: HttpRequest, customer_id: int, point_id: int) -> HttpResponse:
    """Answer a contact point in full, as text; that it was looked at is written down."""
    point = actions.reveal_contact_point(customer_id=customer_id, contact_point_id=point_id, by=request.actor)
    return HttpResponse(point.value, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@require_POST
@needs(CHANGE, customer="customer_id")
def prefer(request: HttpRequest, customer_id: int, point_id: int) -> HttpResponse:
    actions.prefer_contact_point(customer_id=customer_id, contact_point_id=point_id, by=request.actor, at=now())
    return redirect("customers:customer", customer_id)


@require_POST
@needs(CHANGE, customer="customer_id")
def remove(request: HttpRequest, customer_id: int, point_id: int) -> HttpResponse:
    actions.remove_contact_point(customer_id=customer_id, contact_point_id=point_id, by=request.actor, at=now())
    say_done(request, _("Removed"))
    return redirect("customers:customer", customer_id)
