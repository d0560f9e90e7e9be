from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import needs
from zhike.customers.listing import bulk as many
from zhike.customers.listing.filters import read_filters
from zhike.customers.listing.pages import filter_page, ids_of_list, list_page, receipt
from zhike.customers.rights import CHANGE, VIEW
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, say_warning


@require_GET
@needs(VIEW)
def customer_list(request: HttpRequest) -> HttpResponse:
    context = list_page(request.GET, actor=request.actor, currency=request.__dict__["organisation"].currency)
    return render(request, "customers/listing/list.html", context)


@require_GET
@needs(VIEW)
def filter_form(request: HttpRequest) -> HttpResponse:
    """The filters to choose from: in a popover of the list, or a page of its own without scripts."""
    context = filter_page(read_filters(request.GET), actor=request.actor)
    return render(request, f"customers/listing/filters.html{'#form' if request.htmx else ''}", context)


@require_POST
@needs(CHANGE)
def bulk(request: HttpRequest) -> HttpResponse:
    """Do something to the ticked customers, and come back to the list as it was."""
    ids = [int(one) for one in request.POST.getlist("id") if one.isdecimal() and len(one) < 19]
    at, by, done = now(), request.actor, request.POST.get("do")
    if done == "export" and "all" in request.POST:
        return redirect(f"{reverse('customers:export')}?{request.GET.urlencode()}")
    if "all" in request.POST:
        ids = ids_of_list(request.GET, actor=by, limit=many.MOST)
    if done == "export":
        return redirect(f"{reverse('customers:export')}?{'&'.join(f'id={one}' for one in ids)}")
    try:
        match done:
            case "tag":
                changed = many.tag_customers(customer_ids=ids, tag=request.POST.get("tag", ""), by=by, at=at)
            case "untag":
                changed = many.untag_customers(customer_ids=ids, tag=request.POST.get("tag", ""), by=by, at=at)
            case _:
                changed = many.hand_over_customers(
                    customer_ids=ids, owner=request.POST.get("owner") or "?", by=by, at=at
                )
        say_done(request, receipt(chosen=len(ids), changed=changed))
    except Refusal as refusal:
        say_warning(request, refusal.message)
    return redirect(f"{reverse('customers:list')}?{request.GET.urlencode()}")
