from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.customers.forms import actions, pages
from zhike.customers.forms.forms import LayoutForm, SchemeForm
from zhike.customers.forms.queries import get_layout, list_missing, required_names, whole_layout
from zhike.customers.forms.registries import all_sortings
from zhike.customers.models import Customer
from zhike.customers.profile.actions import change_customer
from zhike.customers.rights import CHANGE, DEFINE, get_customer
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, show_form


@require_http_methods(["GET", "POST"])
@needs(DEFINE)
def forms(request: HttpRequest) -> HttpResponse:
    """Every form of the organisation, and whose classes choose among them."""
    context = pages.forms_page()
    sortings = [(one.key, one.name) for one in all_sortings()]
    form = SchemeForm(request.POST or None, sortings=sortings, initial={"scheme": context["scheme"]})
    if form.is_valid():
        actions.choose_scheme(scheme=form.cleaned_data["scheme"], by=request.actor, at=now())
        say_done(request, _("Changed"))
        return redirect("customers:forms")
    return show_form(request, "customers/forms/forms.html", {**context, "form": form})


@require_http_methods(["GET", "POST"])
@needs(DEFINE)
def edit_form(request: HttpRequest, scheme: str, class_key: str) -> HttpResponse:
    """Say what a form shows and requires; the preview shows what was typed and saves nothing."""
    scheme, class_key = ("", "") if class_key == pages.EVERYBODY else (scheme, class_key)
    draft, error = None, ""
    if request.method == "POST":
        draft = pages.read_layout(request.POST.dict(), scheme=scheme, class_key=class_key)
        if "preview" not in request.POST and not (error := _save(request, draft)):
            return redirect("customers:forms")
    context = pages.editor_page(scheme, class_key, draft=draft)
    return render(request, "customers/forms/form.html", {**context, "error": error}, status=422 if error else 200)


def _save(request: HttpRequest, draft: pages.Layout) -> str:
    """Save a form; return what is wrong with it."""
    try:
        actions.save_layout(
            scheme=draft.scheme, class_key=draft.class_key, sections=draft.sections, visit_form=draft.visit_form,
            by=request.actor, at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        return refusal.message
    say_done(request, _("Changed"))
    return ""


@require_POST
@needs(DEFINE)
def remove_form(request: HttpRequest, scheme: str, class_key: str) -> HttpResponse:
    """Take a form away."""
    scheme, class_key = ("", "") if class_key == pages.EVERYBODY else (scheme, class_key)
    actions.remove_layout(scheme=scheme, class_key=class_key, by=request.actor, at=now())
    say_done(request, _("Removed"))
    return redirect("customers:forms")


@require_http_methods(["GET", "POST"])
@needs(CHANGE, customer="customer_id")
def fill_form(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The whole form of a customer, as their class has it."""
    customer = get_customer(customer_id=customer_id, actor=request.actor)
    layout = whole_layout(get_layout(customer))
    return _fill(request, customer, [one.name for one in layout.fields], _("Form"))


@require_http_methods(["GET", "POST"])
@needs(CHANGE, customer="customer_id")
def fill_missing(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Only what the customer's form requires and they lack; after a change of type that is all there is to ask."""
    customer = get_customer(customer_id=customer_id, actor=request.actor)
    return _fill(request, customer, list_missing(customer), _("What is missing"))


def _fill(request: HttpRequest, customer: Customer, names: list[str], title: str) -> HttpResponse:
    required = required_names(get_layout(customer), customer.kind)
    form = LayoutForm(request.POST or None, names=names, required=required, customer=customer, actor=request.actor)
    if form.is_valid():
        try:
            change_customer(customer_id=customer.id, **form.changes(request.actor), by=request.actor, at=now())
            say_done(request, _("Changed"))
            return redirect("customers:customer", customer.id)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {"form": form, "customer": customer, "heading": title}
    return show_form(request, "customers/forms/fill.html", context)
