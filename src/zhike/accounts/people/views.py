from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.accounts.attempts import attempt
from zhike.accounts.permissions import CHANGE_PERSON, VIEW_PERSON
from zhike.accounts.rights.decorators import needs
from zhike.ui.public import say_done, show_form

from . import actions, queries
from .forms import NewPersonForm, PersonForm


@require_safe
@needs(VIEW_PERSON)
def people(request: HttpRequest) -> HttpResponse:
    context = {"people": queries.list_people(), "may_change": request.actor.may(CHANGE_PERSON)}
    return render(request, "accounts/people/people.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(CHANGE_PERSON)
def new_person(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if person := attempt(form, actions.add_person, by=request.actor, at=now()):
        return show_link(request, person.id)
    return show_form(request, "accounts/people/new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PERSON)
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    found = queries.get_person(user_id=user_id)
    start = {"name": found.name, "team": found.team, "roles": found.roles.all()}
    form = PersonForm(request.POST or None, initial=start)
    if attempt(form, actions.change_person, user_id=user_id, by=request.actor, at=now()):
        say_done(request, _("Saved. It counts from their next click."))
        return redirect("accounts:people")
    context = {"form": form, "person": found}
    return show_form(request, "accounts/people/person.html", context)


@never_cache
@require_POST
@needs(CHANGE_PERSON)
def link(request: HttpRequest, user_id: int) -> HttpResponse:
    return show_link(request, user_id)


@require_POST
@needs(CHANGE_PERSON)
def deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    person = actions.deactivate_person(user_id=user_id, by=request.actor, at=now())
    say_done(request, _("{name} is signed out everywhere.").format(name=person.name))
    return redirect("accounts:people")


@require_POST
@needs(CHANGE_PERSON)
def reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    person = actions.reactivate_person(user_id=user_id, by=request.actor, at=now())
    say_done(request, _("{name} may sign in again.").format(name=person.name))
    return redirect("accounts:people")


def show_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Make a sign-in link and show it: the only time that it can be read."""
    path = actions.invite_person(user_id=user_id, by=request.actor, at=now())
    context = {"person": queries.get_person(user_id=user_id), "link": request.build_absolute_uri(path)}
    return render(request, "accounts/people/link.html", context)
