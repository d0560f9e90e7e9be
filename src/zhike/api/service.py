"""The API itself: ninja with our JSON, problems and idempotency."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router

from .idempotency.actions import HEADER, MAX_LENGTH
from .idempotency.decorators import once_per_key
from .problems.handlers import answer_problems
from .rendering import OrjsonParser, OrjsonRenderer

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "facts"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people, in the language asked for"},
        "code": {"type": "string", "description": "Stable name, for programs"},
        "facts": {"type": "object", "description": "The numbers and names in the sentence"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("in", "field", "code", "detail")},
            },
        },
    },
}
KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
    "description": "Makes it safe to send the request again: the same key creates once",
}


class Api(NinjaAPI):
    """Describes in its OpenAPI what every operation has in common."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for method, operation in path.items():
                operation["responses"]["default"] = {"description": "Refused", "content": problem}
                if method == "post":
                    operation["parameters"].append(KEY_PARAMETER)
        return schema


def make_api(*, auth: Callable[[HttpRequest], Any], description: str, version: str) -> Api:
    """Return the API without routers. `auth` raises a Refusal, or returns who calls."""
    api = Api(
        title="Zhike",
        version=version,
        description=description,
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        auth=auth,
        renderer=OrjsonRenderer(),
        parser=OrjsonParser(),
    )
    api.add_decorator(once_per_key, mode="view")
    answer_problems(api)
    return api


def make_router(tag: str) -> Router:
    """Return a room's router; `tag` heads its part of the reference."""
    return Router(tags=[tag])
