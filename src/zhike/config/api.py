"""The JSON API: every room's `api.py`, under /api/, and its reference."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhike.accounts.public import OWN_ACCOUNT, Caller, needs
from zhike.api.public import Api, describe_reference, json_answer, make_api
from zhike.config.api_words import SUMMARIES, TAGS

DESCRIPTION = _(
    "JSON over HTTPS. Send an API token as `Authorization: Bearer …`; it may do what its person may, and no more than "
    "it was given. Lists answer `rows` and `next`: pass `next` back as `after`. What is refused comes as a problem "
    "(RFC 9457). Send an `Idempotency-Key` with what you create, and repeating is safe. Amounts are integers in the "
    "currency's minor unit; instants are UTC."
)


def build_api() -> Api:
    """Return the API with the routers of all rooms that have one."""
    api = make_api(auth=Caller(), description=DESCRIPTION, version="1")
    for room in settings.ROOMS:
        if room not in ("api", "config") and find_spec(f"zhike.{room}.api"):
            api.add_router("", import_module(f"zhike.{room}.api").router)
    return api


api = build_api()


@api.get("/openapi.json", include_in_schema=False, url_name="openapi")
@needs(OWN_ACCOUNT)
def openapi(request: HttpRequest) -> HttpResponse:
    return json_answer(api.get_openapi_schema(path_prefix="/api/"))


@require_safe
@needs(OWN_ACCOUNT)
def reference(request: HttpRequest) -> HttpResponse:
    openapi = api.get_openapi_schema(path_prefix="/api/")
    context = describe_reference(openapi, introduction=DESCRIPTION, tags=TAGS, summaries=SUMMARIES)
    return render(request, "api/reference/reference.html", context)


urlpatterns: list[URLPattern | URLResolver] = [
    path("docs/", reference, name="api-reference"),
    path("", api.urls),
]
