from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhike.accounts.public import needs
from zhike.customers.rights import VIEW
from zhike.customers.search import pages


@require_GET
@needs(VIEW)
def search_page(request: HttpRequest) -> HttpResponse:
    """What one box finds: a page, or for the palette only the groups of what was found."""
    context = pages.search_page(request.GET.get("q", ""), actor=request.actor, short=bool(request.htmx))
    return render(request, f"customers/search/{'found' if request.htmx else 'search'}.html", context)
