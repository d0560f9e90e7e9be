from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import needs
from zhike.customers.registries import all_columns
from zhike.customers.rights import VIEW
from zhike.customers.saved_views import actions
from zhike.customers.saved_views.queries import CUSTOMERS, list_tabs
from zhike.kit.errors import Invalid
from zhike.ui.public import say_done, say_warning


@require_GET
@needs(VIEW)
def tabs(request: HttpRequest) -> HttpResponse:
    """The tabs of the list once more, with counts: asked for after the page is there."""
    context = {"tabs": list_tabs(request.GET, actor=request.actor, counted=True)}
    return render(request, "customers/saved_views/tabs.html", context)


@require_POST
@needs(VIEW)
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list in the form's `query` as a view of one's own."""
    query = request.POST.get("query", "")
    try:
        view = actions.save_view(
            name=request.POST.get("name", ""), query=query, shared="shared" in request.POST, by=request.actor, at=now()
        )
    except Invalid as refusal:
        say_warning(request, refusal.message)
        return redirect(f"{reverse('customers:list')}?{query}")
    say_done(request, _("View saved"))
    return _to_view(view.query, view.id)


@require_POST
@needs(VIEW)
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename a view, or keep the changed list under its name."""
    try:
        view = actions.change_view(
            view_id=view_id,
            name=request.POST.get("name"),
            query=request.POST.get("query"),
            shared="shared" in request.POST if "name" in request.POST else None,
            by=request.actor,
            at=now(),
        )
    except Invalid as refusal:
        say_warning(request, refusal.message)
        return redirect(f"{reverse('customers:list')}?view={view_id}")
    say_done(request, _("View saved"))
    return _to_view(view.query, view.id)


@require_POST
@needs(VIEW)
def remove(request: HttpRequest, view_id: int) -> HttpResponse:
    actions.remove_view(view_id=view_id, by=request.actor, at=now())
    say_done(request, _("View removed"), undo=reverse("customers:restore-view", args=[view_id]))
    return redirect("customers:list")


@require_POST
@needs(VIEW)
def restore(request: HttpRequest, view_id: int) -> HttpResponse:
    view = actions.restore_view(view_id=view_id, by=request.actor, at=now())
    say_done(request, _("The view is back"))
    return _to_view(view.query, view.id)


@require_POST
@needs(VIEW)
def columns(request: HttpRequest) -> HttpResponse:
    """Show the list with other columns, and remember them for this person."""
    chosen = request.POST.getlist("col")
    known = {one.key for one in all_columns()}
    actions.choose_columns(listing=CUSTOMERS, columns=chosen, known=known, by=request.actor, at=now())
    params = request.GET.copy()
    params.setlist("col", chosen)
    return redirect(f"{reverse('customers:list')}?{params.urlencode()}")


def _to_view(query: str, view_id: int) -> HttpResponse:
    parts = [part for part in (query, f"view={view_id}") if part]
    return redirect(f"{reverse('customers:list')}?{'&'.join(parts)}")
