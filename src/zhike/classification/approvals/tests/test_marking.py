"""Which moves are told of: on the page, over the API, and in a set-up file."""

import pytest

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.approvals.marking import set_telling
from zhike.classification.models import Scheme, Telling
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.classification.setup_file.scheme_section import apply_schemes, export_schemes
from zhike.customers.testing import NOON

pytestmark = pytest.mark.django_db
PAGE = "/settings/schemes/lifecycle/telling/"


@pytest.fixture
def lost():
    install_built_in_schemes()
    return Scheme.objects.get(key="lifecycle").classes.get(key="lost").id


def test_the_page_and_the_api_keep_the_marks_and_refuse_who_may_not(client, lost):
    client.force_login(make_user("ana"))
    assert client.post(PAGE, {"tell_out_of": [lost]}).status_code == 403
    client.force_login(make_user("ada"))
    assert client.post(PAGE, {"tell_out_of": [lost]}).status_code == 302
    address = "/api/schemes/lifecycle/telling"
    assert client.get(address).json() == {"tell_into": [], "tell_out_of": [lost]}
    body = {"tell_into": [lost]}
    assert client.put(address, body, content_type="application/json").json() == {"tell_into": [lost], "tell_out_of": []}
    assert client.put(address, {"tell_into": [0]}, content_type="application/json").status_code == 404
    assert client.get(address).json() == {"tell_into": [lost], "tell_out_of": []}


def test_the_set_up_file_carries_the_marks(lost):
    set_telling(key="lifecycle", tell_out_of=[lost], by=SYSTEM, at=NOON)
    exported = {"lifecycle": export_schemes()["lifecycle"]}
    assert exported["lifecycle"]["telling"] == {"tell_out_of": ["lost"]}
    set_telling(key="lifecycle", by=SYSTEM, at=NOON)
    assert Telling.objects.count() == 0
    assert apply_schemes(exported, SYSTEM, NOON) == ["~ lifecycle: – → {'tell_out_of': ['lost']}"]
    assert Telling.objects.get().tell_out_of == [lost]
