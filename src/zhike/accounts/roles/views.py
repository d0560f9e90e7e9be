from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.accounts.attempts import attempt
from zhike.accounts.permissions import CHANGE_ROLE, VIEW_PERSON
from zhike.accounts.rights.decorators import needs
from zhike.kit.actor import Scope
from zhike.ui.public import say_done, show_form

from . import actions, queries
from .forms import RoleForm


@require_safe
@needs(VIEW_PERSON)
def roles(request: HttpRequest) -> HttpResponse:
    context = {"roles": queries.list_roles(), "may_change": request.actor.may(CHANGE_ROLE)}
    return render(request, "accounts/roles/roles.html", context)


@require_http_methods(["GET", "POST"])
@needs(CHANGE_ROLE)
def new_role(request: HttpRequest) -> HttpResponse:
    start: dict[str, object] = {"scope": Scope.OWN}
    if copied := queries.find_role(id_text=request.GET.get("copy", "")):
        start = {"scope": copied.scope, "permissions": copied.permissions}
    form = RoleForm(request.POST or None, initial=start)
    if attempt(form, actions.add_role, by=request.actor, at=now()):
        return redirect("accounts:roles")
    return show_form(request, "accounts/roles/role.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(CHANGE_ROLE)
def role(request: HttpRequest, role_id: int) -> HttpResponse:
    found = queries.get_role(role_id=role_id)
    start = {"name": found.name, "scope": found.scope, "permissions": found.permissions}
    form = RoleForm(request.POST or None, initial=start)
    if attempt(form, actions.change_role, role_id=role_id, by=request.actor, at=now()):
        say_done(request, _("Saved. It counts from their next click."))
        return redirect("accounts:roles")
    template = "accounts/roles/built_in.html" if found.built_in else "accounts/roles/role.html"
    context = {"form": form, "role": found, "groups": queries.group_permissions()}
    return show_form(request, template, context)


@require_POST
@needs(CHANGE_ROLE)
def remove(request: HttpRequest, role_id: int) -> HttpResponse:
    actions.remove_role(role_id=role_id, by=request.actor, at=now())
    say_done(request, _("Role removed."))
    return redirect("accounts:roles")
