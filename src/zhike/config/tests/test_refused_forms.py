"""Every form that a page shows, filled with values that cannot be (10,000 characters, HTML, choices there are not):
refused with 422 and the page again, or, where it is a small form on another page, back to that page with a sentence;
and nothing in the database has changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve

from zhike.accounts.testing import make_user
from zhike.classification.public import install_built_in_schemes
from zhike.config.tests.test_every_page import list_addresses
from zhike.customers.testing import make_customer, make_field

pytestmark = pytest.mark.django_db
TAG = "<script>taken()</script>"
LONG = TAG + "名" * 10_001
NONE_SUCH = "no-such-choice"
LINK = re.compile(r'\bhref="(/[^"#]*)"')
CHANGES = """
SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables
WHERE relname NOT IN ('django_session', 'accounts_seen')
"""
DRAFTS = {"classification:rule"}  # every change is kept in a draft at once, half-done rules too: it sorts nobody
MUST_BE_AMONG = """
accounts:choose-password accounts:new-person accounts:new-role accounts:new-team accounts:new-token
accounts:organisation accounts:own-account accounts:person accounts:role analytics:model-start classification:class-add
classification:class-change classification:create classification:edit classification:names classification:policy
classification:simulations classification:steadiness commerce:new-order commerce:new-product
customers:add-contact customers:address customers:bulk
customers:columns customers:custom-value customers:field customers:field-settings customers:form customers:forms
customers:new customers:note customers:save-view first-run:organisation imports:new
"""


@dataclass(slots=True)
class Form:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)  # name → a value that cannot be


class Forms(HTMLParser):
    """Collects the POST forms of a page with their fields; fields elsewhere that name a form by `form=` are its own."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found, self.by_id, self.within = path, [], {}, None
        self.select: tuple[Form, str] | None = None

    found: list[Form]
    by_id: dict[str, Form]
    within: Form | None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.within = None
            if given.get("method", "").lower() == "post":
                self.within = Form(urljoin(self.path, given.get("action") or self.path))
                self.found.append(self.within)
                self.by_id[given.get("id", "")] = self.within
            return
        owner = self.by_id.get(given["form"]) if "form" in given else self.within
        if owner and given.get("name") and tag in ("input", "select", "textarea"):
            add_field(owner, given["name"], "select" if tag == "select" else given.get("type", "text"), given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.within = None


def add_field(form: Form, name: str, kind: str, given: dict[str, str]) -> None:
    if kind == "hidden":
        form.hidden[name] = given.get("value", "")
    elif kind in ("select", "radio") or (kind == "checkbox" and given.get("value", "on") != "on"):
        form.typed[name] = NONE_SUCH
    elif kind == "number":
        form.typed[name] = "abc"
    elif kind not in ("submit", "button", "file", "checkbox"):
        form.typed[name] = LONG


@pytest.fixture
def start() -> list[str]:
    """Addresses of a small firm where everything that has a form exists once."""
    install_built_in_schemes()
    customer = make_customer("First", phones=["13812341234"], tags=["a"])
    make_field("note_of_ours", "text", name_en="Note")
    return [*list_addresses(), f"/customers/{customer.id}/"]


def list_forms(client: Client, addresses: list[str]) -> dict[str, tuple[str, Form]]:
    """Return the first form of each address pattern that pages lead to, with the page it stands on."""
    found: dict[str, tuple[str, Form]] = {}
    seen, patterns = set(addresses), set()
    waiting = list(addresses)
    while waiting:
        path = waiting.pop(0)
        answer = client.get(path)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        html = answer.content.decode()
        parser = Forms(path)
        parser.feed(html)
        for form in parser.found:
            if form.typed:
                found.setdefault(resolve(form.action.partition("?")[0]).view_name, (path, form))
        for link in LINK.findall(html):
            target = link.partition("?")[0]
            if target in seen or target.startswith(("/static/", "/ui/", "/api/")):
                continue
            seen.add(target)
            name = resolve(target).view_name
            if name not in patterns or name in ("customers:field", "classification:edit"):
                patterns.add(name)
                waiting.append(target)
    return found


def count_changes() -> int:
    with connection.cursor() as cursor:
        cursor.execute(CHANGES)
        return int(cursor.fetchone()[0])


def faults_of(client: Client, page: str, form: Form) -> Iterator[str]:
    before = count_changes()
    answer: Any = client.post(
        form.action, {**form.hidden, **form.typed}, headers={"Referer": f"http://testserver{page}"}
    )
    if changed := count_changes() - before:
        yield f"changed {changed} rows"
    if answer.status_code == 302:
        if 'data-tone="warn"' not in client.get(answer.headers["Location"]).content.decode():
            yield "leads on without a word"
    elif TAG in answer.content.decode():
        yield "writes what was typed as HTML"
    elif answer.status_code != 422:
        yield f"answers {answer.status_code}"


def test_wrong_values_are_refused_by_every_form_and_change_nothing(client: Client, start: list[str]) -> None:
    client.force_login(make_user("ada"))
    forms = list_forms(client, start)
    asked = {name: one for name, one in forms.items() if name not in DRAFTS}
    faults = {name: found for name, (page, form) in asked.items() if (found := list(faults_of(client, page, form)))}
    assert faults == {}, faults
    assert set(MUST_BE_AMONG.split()) <= set(forms)
