import pytest
from django.test import Client
from django.utils.timezone import now

from zhike.accounts.public import ensure_administrator

pytestmark = pytest.mark.django_db


def test_an_address_for_forms_says_so_to_who_types_it():
    person = Client()
    person.force_login(ensure_administrator(at=now()))
    answer = person.get("/sign-out/", headers={"accept-language": "en"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "this address takes what a form sends" in answer.content.decode()


def test_a_search_for_what_cannot_be_typed_finds_nothing():
    person = Client()
    person.force_login(ensure_administrator(at=now()))
    assert person.get("/search/?q=%00").status_code == 200
