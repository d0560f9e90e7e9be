"""RFC 9457 problems: what the API answers when it does not do what it was asked."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Refusal

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: _("The request is damaged"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("This address does not take that method"),
    409: _("Not possible now"),
    413: _("Too large"),
    415: _("Unknown content type"),
    422: _("Some values do not fit"),
    429: _("Too many requests"),
    500: _("Our fault"),
    503: _("Not available now"),
}
DETAILS = {
    400: _("The request could not be read. Send JSON in UTF-8."),
    404: _("There is nothing at this address."),
    405: _("See the API reference for what this address can do."),
    413: _("The request is larger than this server takes. Send less at once."),
    500: _("This should not have happened, and it has been noted. Trying again may help."),
}

# Sentences of kit, which knows no translations: named here so that they stand in a catalogue.
KIT_SENTENCES = (gettext_noop("This page link is damaged. Start again from the first page."),)


def make_problem(
    *,
    status: int,
    code: str = "",
    detail: str = "",
    facts: Mapping[str, object] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem as a response. `errors` name the inputs at fault, each as {"field", "code", "detail"}."""
    code = code or HTTPStatus(status).phrase.lower().replace(" ", "_")
    body: dict[str, Any] = {
        "type": f"urn:zhike:problem:{code}",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "detail": detail or str(DETAILS.get(status, "")),
        "code": code,
        "facts": facts or {},
    }
    if errors:
        body["errors"] = errors
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type=MEDIA_TYPE, headers=headers)


def describe_refusal(refusal: Refusal) -> HttpResponse:
    """Return a Refusal as a problem, in the language of the request."""
    sentence = gettext(str(refusal.sentence)).format(**refusal.facts) if refusal.sentence else ""
    errors = [{"field": refusal.field, "code": refusal.code, "detail": sentence}] if refusal.field else []
    retry_after = getattr(refusal, "retry_after", None)  # seconds
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="Zhike"'
    return make_problem(
        status=refusal.status,
        code=refusal.code,
        detail=sentence,
        facts=refusal.facts,
        errors=errors,
        headers=headers,
    )
