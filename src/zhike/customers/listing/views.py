from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import needs
from zhike.customers.listing import bulk as many
from zhike.customers.listing.filters import read_filters
from zhike.customers.listing.pages import chosen_ids, filter_page, ids_of_list, list_page, receipt
from zhike.customers.registries import bulk_pages
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
    is_all, ids = "all" in request.POST, chosen_ids(request.POST.getlist("id"))
    if page := _page_of(request.POST.get("do", "")):
        chosen = request.GET.urlencode() if is_all else "&".join(f"id={one}" for one in ids)
        return redirect(f"{reverse(page)}?{chosen}")
    if is_all:
        ids = ids_of_list(request.GET, actor=request.actor, limit=many.MOST)
    try:
        say_done(request, receipt(chosen=len(ids), changed=_change_many(request, ids)))
    except Refusal as refusal:
        say_warning(request, refusal.message)
    return redirect(f"{reverse('customers:list')}?{request.GET.urlencode()}")


def _page_of(do: str) -> str:
    """Return the page to which a button leads; empty where it acts at once."""
    page = bulk_pages.get(do)
    return page.url_name if page else "customers:export" if do == "export" else ""


def _change_many(request: HttpRequest, ids: list[int]) -> int:
    """Do what the pressed button says; return how many customers that changed."""
    by, at, tag = request.actor, now(), request.POST.get("tag", "")
    match request.POST.get("do"):
        case "tag":
            return many.tag_customers(customer_ids=ids, tag=tag, by=by, at=at)
        case "untag":
            return many.untag_customers(customer_ids=ids, tag=tag, by=by, at=at)
    return many.hand_over_customers(customer_ids=ids, owner=request.POST.get("owner") or "?", by=by, at=at)
