"""How pages say no."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, Refusal

from .parts import asks_for_part

TITLES = {403: _("Not allowed"), 404: _("Not here"), 422: _("Something is not right")}


class OldForm(Forbidden):
    code = "ui.old_form"
    sentence = _("Nothing was saved: this page is from before you signed in again. Load it anew, then save once more.")


class OnlyForForms(Refusal):
    code = "ui.only_for_forms"
    status = 405
    sentence = _("Nothing was done: this address takes what a form sends. Go back to the page with the form.")


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the sentence with the refusal's status: a page, or for a part of one a toast that leaves it as it is."""
    sentence = gettext(refusal.message)  # kit's own sentences know no translations; one already translated stays
    context = {"sentence": sentence, "heading": TITLES.get(refusal.status, _("This cannot be done"))}
    if request.headers.get("HX-Request") == "true" and not asks_for_part(request):
        response = render(request, "ui/refusal_toast.html", context, status=refusal.status)
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        return response
    return render(request, "ui/refusal.html", {**context, "back": find_way_back(request)}, status=refusal.status)


def answer_old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is from before the last sign-in: nothing is done, and what was typed is kept."""
    if request.headers.get("HX-Request") == "true":
        return answer_refusal(request, OldForm())
    context = {"back": find_way_back(request)}
    return render(request, "403_csrf.html", context, status=OldForm.status)


def find_way_back(request: HttpRequest) -> str:
    """Return the page the person came from, when it is one of ours and not this one; else empty."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if ours and came_from != request.build_absolute_uri() else ""
