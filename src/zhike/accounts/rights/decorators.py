from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhike.accounts.rights.registry import record_checks
from zhike.kit.errors import Forbidden, NotFound
from zhike.ui.public import asks_for_part

type View = Callable[..., Any]


class NotAllowed(Forbidden):
    code = "accounts.not_allowed"
    sentence = _("Your role does not allow this. Ask an administrator for the right “{permission}”.")


class NoSuchRecord(NotFound):
    code = "accounts.no_such_record"
    sentence = _("There is nothing here, or it is not yours to see.")


def needs(permission: str, **records: str) -> Callable[[View], View]:
    """Let only people with `permission` call a view or API operation.

    `records` name noun=argument pairs, such as `customer="customer_id"`: whoever may not know of that record gets 404.
    Without a sign-in a page leads to the sign-in page; the API answers 401 before it comes here.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor = getattr(request, "actor", None)
            if actor is None:
                return lead_to_sign_in(request)
            for noun, argument in records.items():
                if not record_checks[noun](actor, kwargs[argument]):
                    raise NoSuchRecord
            if not actor.may(permission):
                raise NotAllowed(permission=permission)
            return view(request, *args, **kwargs)

        guarded.__dict__["needs"] = permission
        return guarded

    return wrap


def lead_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the sign-in, and back to this page after it; the whole page where only a part was asked for.

    From a form that was sent they come back to the page with the form, which still holds what was typed.
    """
    back = request.get_full_path() if request.method in ("GET", "HEAD") else _page_of_form(request)
    if request.headers.get("HX-Request") == "true":
        page = back if asks_for_part(request) else _own_page(request, request.headers.get("HX-Current-URL", ""))
        address = redirect_to_login(page).url
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    return redirect_to_login(back)


def _page_of_form(request: HttpRequest) -> str:
    return _own_page(request, request.headers.get("Referer", ""))


def _own_page(request: HttpRequest, address: str) -> str:
    """Return the path of a page of ours that a browser names; the first page where it is none."""
    named = urlsplit(address)
    if named.netloc != request.get_host():
        return "/"
    return f"{named.path}?{named.query}" if named.query else named.path or "/"


def open_to_anyone(reason: str) -> Callable[[View], View]:
    """Mark a view that needs no sign-in, and say why."""

    def wrap(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        opened.__dict__["open_to_anyone"] = reason
        return opened

    return wrap
