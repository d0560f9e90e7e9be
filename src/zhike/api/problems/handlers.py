"""Has ninja answer problems."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from zhike.kit.errors import Refusal

from .build import describe_refusal, make_problem
from .validation import describe_errors

type Raised[E: Exception] = E | type[E]  # as ninja types it


def answer_problems(api: NinjaAPI) -> None:
    """Have every Refusal, validation error and 404 of an API answered as a problem."""
    api.add_exception_handler(Refusal, _refusal)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(HttpError, _http_error)


def _refusal(request: HttpRequest, refusal: Raised[Refusal]) -> HttpResponse:
    return describe_refusal(refusal if isinstance(refusal, Refusal) else refusal())


def _invalid(request: HttpRequest, error: Raised[ValidationError]) -> HttpResponse:
    errors = describe_errors(getattr(error, "errors", []))
    detail = gettext("Some values do not fit: {fields}.").format(fields=", ".join(one["field"] for one in errors))
    return make_problem(status=422, code="api.invalid", detail=detail, errors=errors)


def _not_found(request: HttpRequest, error: Raised[Http404]) -> HttpResponse:
    return make_problem(status=404)


def _http_error(request: HttpRequest, error: Raised[HttpError]) -> HttpResponse:
    return make_problem(status=getattr(error, "status_code", 500))
