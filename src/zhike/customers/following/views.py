from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.accounts.public import needs
from zhike.customers.following import actions
from zhike.customers.rights import VIEW
from zhike.ui.public import say_done


@require_POST
@needs(VIEW, customer="customer_id")
def follow(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Follow a customer, then show them."""
    actions.follow_customer(customer_id=customer_id, by=request.actor, at=now())
    undo = reverse("customers:unfollow", args=[customer_id])
    say_done(request, _("You follow this customer: you are told when the class changes."), undo=undo)
    return redirect("customers:customer", customer_id)


@require_POST
@needs(VIEW, customer="customer_id")
def unfollow(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Follow a customer no longer, then show them."""
    actions.unfollow_customer(customer_id=customer_id, by=request.actor)
    say_done(request, _("You no longer follow this customer."), undo=reverse("customers:follow", args=[customer_id]))
    return redirect("customers:customer", customer_id)
