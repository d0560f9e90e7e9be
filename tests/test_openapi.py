"""The API is what its description says, and the description changes only when somebody means it.

After a change that is meant: `ZHIKE_WRITE_OPENAPI=1 ./zhike test tests/test_openapi.py`.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import translation
from django.utils.timezone import now
from hypothesis import given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from zhike.accounts.testing import make_cast_actor
from zhike.accounts.tokens.actions import create_token
from zhike.config.api import api
from zhike.customers.testing import make_customer
from zhike.kit.actor import Actor

SNAPSHOT = Path(__file__).parent / "openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def describe() -> dict[str, Any]:
    with translation.override("en"):
        text = orjson.dumps(api.get_openapi_schema(path_prefix="/api/"), default=str, option=orjson.OPT_NON_STR_KEYS)
    return orjson.loads(text)


def readable_paths() -> list[str]:
    return [path for path, operations in describe()["paths"].items() if "get" in operations]


def test_the_description_is_the_one_we_agreed_on():
    found = describe()
    if os.environ.get("ZHIKE_WRITE_OPENAPI"):
        SNAPSHOT.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    assert found == orjson.loads(SNAPSHOT.read_bytes())


def test_every_operation_says_which_right_it_needs():
    silent = [one.path for one in api.list_operations() if not getattr(one.view_func, "needs", "")]
    assert silent == []


def test_every_operation_has_a_name_of_its_own_and_a_summary():
    names = [api.get_openapi_operation_id(one) for one in api.list_operations()]
    assert len(names) == len(set(names))
    assert all(one.summary for one in api.list_operations())


def test_every_creation_takes_an_idempotency_key():
    for path, operations in describe()["paths"].items():
        if "post" in operations:
            assert "Idempotency-Key" in [one["name"] for one in operations["post"]["parameters"]], path


def test_every_body_refuses_fields_that_it_does_not_know():
    found = describe()
    bodies = [
        one["requestBody"]["content"]
        for each in found["paths"].values()
        for one in each.values()
        if "requestBody" in one
    ]
    shapes = [content["application/json"]["schema"] for content in bodies if "application/json" in content]
    assert len(shapes) > 20
    for shape in _shapes_in(shapes, found["components"]["schemas"]):
        assert shape["additionalProperties"] is False, shape["title"]


def _shapes_in(part: Any, schemas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give every object with named fields in a part of the description, those referred to as well."""
    if isinstance(part, dict):
        if "properties" in part:
            yield part
        if "$ref" in part:
            yield from _shapes_in(schemas[part["$ref"].rsplit("/", 1)[-1]], schemas)
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _shapes_in(each, schemas)


@pytest.mark.django_db
def test_without_a_token_every_operation_answers_401(client):
    for operation in api.list_operations():
        path = re.sub(r"{[^}]+}", "1", operation.path)
        response = client.generic(operation.methods[0], f"/api{path}")
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json"), path


@cache
def described() -> schemathesis.BaseSchema:
    """The description and the product that is asked, both made once."""
    schema = schemathesis.openapi.from_dict(describe())
    schema.app = get_wsgi_application()
    return schema


@pytest.fixture
def ada(db) -> Iterator[Actor]:
    """An administrator, while requests through WSGI leave the test's own connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield make_cast_actor("ada")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.parametrize("path", readable_paths())
def test_reading_never_breaks_whatever_is_asked(path, ada):
    _, token = create_token(user_id=ada.id, name="Fuzz", permissions=ada.permissions, lifetime=None, by=ada, at=now())
    headers, customer = {"Authorization": f"Bearer {token}"}, make_customer()

    @settings(max_examples=10)
    @given(case=described()[path]["GET"].as_strategy())
    def ask(case):
        if str(case.path_parameters.get("customer_id", ""))[-1:] in set("13579"):  # else one that is not there
            case.path_parameters["customer_id"] = customer.id
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    ask()
