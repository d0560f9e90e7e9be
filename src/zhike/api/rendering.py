"""JSON in and out by orjson: money and numbers stay exact, instants are ISO 8601 in UTC."""

from decimal import Decimal
from typing import Any, cast

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic import BaseModel


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


class OrjsonParser(Parser):
    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            return cast(dict[str, Any], orjson.loads(request.body))
        except orjson.JSONDecodeError as error:
            raise HttpError(400, "not JSON") from error


def json_answer(value: Any) -> HttpResponse:
    """Return a value as JSON from a view that is no API operation."""
    return HttpResponse(
        orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS), content_type="application/json"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
