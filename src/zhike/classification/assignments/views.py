from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning

from . import actions


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
        say_done(request, _("{count} customers moved.").format(count=count))
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return "/customers/"
