from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhike.accounts.permissions import VIEW_AUDIT_ENTRY
from zhike.accounts.rights.decorators import needs
from zhike.audit.public import list_troubled
from zhike.ui.public import say_done

from .actions import try_delivery_again


@require_safe
@needs(VIEW_AUDIT_ENTRY)
def deliveries(request: HttpRequest) -> HttpResponse:
    """What one part of the product owes another and could not hand over."""
    return render(request, "accounts/deliveries/deliveries.html", {"deliveries": list_troubled()})


@require_POST
@needs(VIEW_AUDIT_ENTRY)
def again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    try_delivery_again(delivery_id=delivery_id, by=request.actor, at=now())
    say_done(request, _("It is tried again within a minute"))
    return redirect("accounts:deliveries")
