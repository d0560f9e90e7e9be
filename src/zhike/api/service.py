"""The API itself: ninja with our JSON, problems and idempotency."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from ninja import NinjaAPI, Router
from ninja.operation import Operation

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

    about: str | Promise = ""  # in the language of who asks

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return "<room>.<function>"."""
        return f"{operation.view_func.__module__.split('.')[1]}.{operation.view_func.__name__}"

    def list_operations(self) -> list[Operation]:
        """Return all operations of all rooms."""
        paths = [path for router in self._get_bound_routers() for path in router.path_operations.values()]
        return [operation for path in paths for operation in path.operations]

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        needs = {
            self.get_openapi_operation_id(one): getattr(one.view_func, "needs", "") for one in self.list_operations()
        }
        schema["info"]["description"] = str(self.about)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for method, operation in path.items():
                operation["responses"]["default"] = {"description": "Refused", "content": problem}
                operation["x-permission"] = needs[operation["operationId"]]
                if method == "post":
                    operation["parameters"].append(KEY_PARAMETER)
        return schema


def make_api(*, auth: Callable[[HttpRequest], Any], description: str | Promise, version: str) -> Api:
    """Return the API without routers. `auth` raises a Refusal, or returns who calls."""
    api = Api(
        title="Zhike",
        version=version,
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        auth=auth,
        renderer=OrjsonRenderer(),
        parser=OrjsonParser(),
    )
    api.about = description
    api.add_decorator(once_per_key, mode="view")
    answer_problems(api)
    return api


def make_router(tag: str) -> Router:
    """Return a room's router; `tag` heads its part of the reference."""
    return Router(tags=[tag])
