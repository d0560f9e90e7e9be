"""Every address that names a customer or an order, for somebody with every right who does not reach that record: it
answers as it does for a record that never was. Addresses are found by themselves, so that new ones are tried too."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from zhike.accounts.public import Scope
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.classification.public import install_built_in_schemes
from zhike.commerce.testing import make_order
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
NEVER = {"customer_id": 987_654_321, "order_id": 987_654_321}
NAMES_A_RECORD = re.compile(r"<(int:)?(customer|order)_id>")
KNOWN = {"key": "lifecycle", "scheme": "lifecycle", "field": "name"}  # what else addresses name
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What some operations need to be understood, so that it is the record that they refuse. The others take nothing.
ASKED = "?at=2026-01-05T12:00:00Z"
BODIES: Mapping[str, Mapping[str, object]] = {
    "classes": {"scheme": "lifecycle", "reason": "told by phone"},
    "override": {"class_id": 1, "reason": "told by phone"},
    "decision": {"scheme": "lifecycle", "class_id": 1, "approve": True},
    "reviews": {"outcome": "confirmed"},
    "contact-points": {"kind": "phone", "value": "13800000002"},
    "facts": {"kind": "visit", "occurred_at": "2026-01-05T12:00:00Z", "source_key": "visit-1"},
    "notes": {"text": "asked for a catalogue"},
    "<int:order_id>": {
        "revision": 1, "at": "2026-01-05T12:00:00Z", "currency": "CNY",
        "lines": [{"sku": "A", "quantity": "1", "unit_price": "1"}],
    },
}  # fmt: skip


def list_routes() -> list[str]:
    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, route)
            elif isinstance(one, URLPattern) and NAMES_A_RECORD.search(route):
                yield route

    return sorted(set(walk(get_resolver().url_patterns, "/")))


def ask(client: Client, method: str, route: str, named: Mapping[str, int]) -> tuple[int, str]:
    """Return status and text of the answer, without the ids that were asked for."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(named.get(found[1]) or KNOWN[found[1]]), route)
    body = BODIES.get(route.rpartition("/")[2], {}) if route.startswith("/api/") and method != "GET" else {}
    answer = client.generic(method, path + ASKED, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.content.decode().replace(path, "…")


def test_a_record_out_of_reach_answers_as_one_that_never_was(client: Client) -> None:
    install_built_in_schemes()
    customer = make_customer("宁波海曙文具行", owner=make_user("ana"), phones=["13800000001"])
    order = make_order("DD-7788", customer=customer)
    there = {"customer_id": customer.id, "order_id": order.id, "point_id": customer.contact_points.get().id}
    client.force_login(make_user("sam", may=make_cast_actor("ada").permissions, scope=Scope.OWN))
    before, faults, tried = len(recorded()), [], 0
    for route in list_routes():
        for method in METHODS if route.startswith("/api/") else ("GET", "POST"):
            status, text = ask(client, method, route, there)
            if status == 405:
                continue
            tried += 1
            never, told = ask(client, method, route, {**there, **NEVER})
            leaks = "宁波海曙" in text or "DD-7788" in text or (route.startswith("/api/") and text != told)
            if (status, never) != (404, 404) or leaks:
                faults.append((method, route, status, never, leaks))
    assert faults == []
    assert tried >= 55
    assert len(recorded()) == before
