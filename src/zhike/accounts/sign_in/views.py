from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhike.accounts.models import User
from zhike.accounts.rights.decorators import needs, open_to_anyone
from zhike.accounts.rights.registry import OWN_ACCOUNT
from zhike.kit.errors import Refusal
from zhike.ui.public import say_done, show_form

from . import actions, queries
from .errors import TooManySignIns
from .forms import ChoosePasswordForm, SignInForm

BACKEND = "zhike.accounts.sign_in.backend.PersonBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@open_to_anyone("people sign in here")
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.check_password(request=request, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
        else:
            login(request, user, backend=BACKEND)
            return redirect(next_address(request))
    context = {"form": form, "next": request.GET.get("next", "")}
    return render(request, "accounts/sign_in/sign_in.html", context, status=status)


def locked_out(request: HttpRequest, *_unused: object) -> HttpResponse:
    """Answer a sign-in that the throttle stopped."""
    form = SignInForm(request.POST)
    refusal = TooManySignIns(limit=settings.AXES_FAILURE_LIMIT, hours=settings.AXES_COOLOFF_TIME)
    form.add_error(None, refusal.message)
    return render(request, "accounts/sign_in/sign_in.html", {"form": form}, status=refusal.status)


@never_cache
@require_http_methods(["GET", "POST"])
@open_to_anyone("a one-time link signs in; opening it does not use it up, its button does")
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        if request.method == "GET":
            user = queries.get_link_user(secret=secret, at=now())
            return render(request, "accounts/sign_in/link.html", {"person": user})
        user = actions.use_sign_in_link(secret=secret, at=now())
    except Refusal as refusal:
        return render(request, "accounts/sign_in/link_gone.html", {"refusal": refusal}, status=refusal.status)
    login(request, user, backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL if queries.has_password(user) else "accounts:choose-password")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@needs(OWN_ACCOUNT)
def choose_password(request: HttpRequest) -> HttpResponse:
    form = ChoosePasswordForm(request.POST or None)
    if form.is_valid():
        try:
            user = User.objects.get(id=request.actor.id)
            user = actions.choose_password(user=user, by=request.actor, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("password", refusal.message)
        else:
            update_session_auth_hash(request, user)
            say_done(request, _("Password saved."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    return show_form(request, "accounts/sign_in/choose_password.html", {"form": form})


@require_POST
@needs(OWN_ACCOUNT)
def sign_out(request: HttpRequest) -> HttpResponse:
    actions.sign_out(by=request.actor)
    logout(request)
    return redirect("accounts:sign-in")


def next_address(request: HttpRequest) -> str:
    """Return where to go after signing in: an address of our own, else the start page."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if own and asked != reverse("accounts:sign-in") else settings.LOGIN_REDIRECT_URL
