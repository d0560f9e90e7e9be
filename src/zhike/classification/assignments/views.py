from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.customers.public import list_chosen
from zhike.kit.errors import NotFound, Refusal
from zhike.ui.public import say_done, say_warning, show_form

from . import actions, overrides
from .forms import HandForm, OverrideForm


@require_POST
@needs(permissions.ASSIGN)
def assign(request: HttpRequest) -> HttpResponse:
    """Put one or many customers into a class of a hand scheme, then go back to where the person was."""
    ids = [int(one) for one in request.POST.getlist("customer") if one.isascii() and one.isdigit()]
    class_id = request.POST.get("class", "")
    try:
        count = actions.assign_class(
            customer_ids=ids,
            scheme_key=request.POST.get("scheme", ""),
            class_id=int(class_id) if class_id.isascii() and class_id.isdigit() else None,
            reason=request.POST.get("reason", ""),
            by=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        say_warning(request, refusal.message)
    else:
        say_done(request, say_moved(count))
    return redirect(_way_back(request))


@require_http_methods(["GET", "POST"])
@needs(permissions.ASSIGN)
def assign_many(request: HttpRequest) -> HttpResponse:
    """Choose a class for the customers that the address means, then go back to their list."""
    form = HandForm(request.POST or None)
    ids = list_chosen(request.GET, actor=request.actor, limit=actions.MOST_AT_ONCE + 1)
    if form.is_valid():
        key, _colon, class_id = form.cleaned_data["target"].partition(":")
        try:
            count = actions.assign_class(
                customer_ids=ids, scheme_key=key, class_id=int(class_id) if class_id else None,
                reason=form.cleaned_data["reason"], by=request.actor, at=now(),
            )  # fmt: skip
            say_done(request, say_moved(count))
            return redirect(f"{reverse('customers:list')}?{_filters_of(request)}")
        except Refusal as refusal:
            form.add_error("reason" if refusal.field == "reason" else None, refusal.message)
    context = {"form": form, "count": len(ids)}
    return show_form(request, "classification/assignments/assign_many.html", context)


def say_moved(count: int) -> str:
    return ngettext("{count} customer moved.", "{count} customers moved.", count).format(count=count)


def _filters_of(request: HttpRequest) -> str:
    """Return the list's filters; those who were ticked one by one came from the whole list."""
    return "" if "id" in request.GET else request.GET.urlencode()


@require_POST
@needs(permissions.ASSIGN, customer="customer_id")
def override(request: HttpRequest, customer_id: int, key: str) -> HttpResponse:
    """Set a class above what the rule says, then go back to the customer."""
    form = OverrideForm(request.POST)
    try:
        overrides.set_override(
            customer_id=customer_id,
            scheme_key=key,
            class_id=form.cleaned_data.get("class_id") or 0,
            reason=form.cleaned_data.get("reason", ""),
            ends_at=form.ends_at,
            kept_out=form.cleaned_data.get("kept_out", False),
            by=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        return _back_with(request, customer_id, refusal)
    say_done(request, _("Set. It stands above the rule until it ends or somebody takes it off."))
    return redirect("customers:customer", customer_id)


@require_POST
@needs(permissions.ASSIGN, customer="customer_id")
def override_end(request: HttpRequest, customer_id: int, key: str) -> HttpResponse:
    """Take off what was set above the rule, then go back to the customer."""
    sent = request.POST.get("class_id", "")
    class_id = int(sent) if sent.isascii() and sent.isdigit() else None
    try:
        overrides.remove_override(
            customer_id=customer_id, scheme_key=key, class_id=class_id, by=request.actor, at=now()
        )
    except Refusal as refusal:
        return _back_with(request, customer_id, refusal)
    say_done(request, _("Taken off. The customer is where the rule says."))
    return redirect("customers:customer", customer_id)


def _back_with(request: HttpRequest, customer_id: int, refusal: Refusal) -> HttpResponse:
    """Say why nothing was changed; what is not the person's to see answers 404."""
    if isinstance(refusal, NotFound):
        raise refusal
    say_warning(request, refusal.message)
    return redirect("customers:customer", customer_id)


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return "/customers/"
