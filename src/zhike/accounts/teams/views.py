from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.attempts import attempt
from zhike.accounts.permissions import CHANGE_PERSON, VIEW_PERSON
from zhike.accounts.rights.decorators import needs
from zhike.ui.public import say_done, show_form

from . import actions, queries
from .forms import TeamForm


@require_http_methods(["GET"])
@needs(VIEW_PERSON)
def teams(request: HttpRequest) -> HttpResponse:
    context = {"teams": queries.list_teams(), "form": TeamForm(), "may_change": request.actor.may(CHANGE_PERSON)}
    return render(request, "accounts/teams/teams.html", context)


@require_POST
@needs(CHANGE_PERSON)
def new_team(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST)
    if attempt(form, actions.add_team, by=request.actor, at=now()):
        return redirect("accounts:teams")
    context = {"teams": queries.list_teams(), "form": form, "may_change": True}
    return render(request, "accounts/teams/teams.html", context, status=422)


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PERSON)
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    found = queries.get_team(team_id=team_id)
    form = TeamForm(request.POST or None, initial={"name": found.name})
    if attempt(form, actions.rename_team, team_id=team_id, by=request.actor, at=now()):
        return redirect("accounts:teams")
    context = {"form": form, "team": found}
    return show_form(request, "accounts/teams/team.html", context)


@require_POST
@needs(CHANGE_PERSON)
def remove(request: HttpRequest, team_id: int) -> HttpResponse:
    actions.remove_team(team_id=team_id, by=request.actor, at=now())
    say_done(request, _("Team removed."))
    return redirect("accounts:teams")
