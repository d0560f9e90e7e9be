"""Rows of a written statement as models."""

import pytest
from django.db import connection

from zhike.accounts.models import Organisation, Role, User
from zhike.accounts.organisation.queries import get_organisation, organisation_looked_up
from zhike.accounts.plain_rows import read_models
from zhike.accounts.testing import make_user

pytestmark = pytest.mark.django_db


def test_a_row_becomes_what_the_orm_makes_of_it_whatever_the_order_of_its_columns():
    make_user("ana"), make_user("li")
    roles = read_models(Role, "SELECT permissions, scope, key, id, name, built_in FROM accounts_role ORDER BY id", [])
    assert [one.__dict__ | {"_state": None} for one in roles] == [
        one.__dict__ | {"_state": None} for one in Role.objects.order_by("id")
    ]
    assert not roles[0]._state.adding


def test_other_columns_become_attributes_and_fields_that_are_not_asked_for_are_read_when_needed():
    ana = make_user("ana")
    (found,) = read_models(User, "SELECT id, name, 7 AS waiting FROM accounts_user WHERE id = %s", [ana.id])
    assert (found, found.name, found.__dict__["waiting"]) == (ana, ana.name, 7)
    assert found.get_deferred_fields() >= {"login", "password"}
    assert found.login == "ana"


def test_the_organisation_comes_with_the_person_and_is_not_read_again(client, django_assert_max_num_queries):
    Organisation.objects.update_or_create(id=1, defaults={"name": "云栖里", "currency": "EUR"})
    client.force_login(make_user("ada"))
    with django_assert_max_num_queries(40) as queries:
        assert "云栖里" in client.get("/").text
    own = [query for query in queries if "FROM accounts_organisation WHERE" in query["sql"]]
    assert not own
    with organisation_looked_up(None):
        assert get_organisation().name == ""


@pytest.mark.django_db(transaction=True)
def test_a_column_that_an_upgrade_adds_below_a_running_process_breaks_no_page():
    make_user("ana")
    statement = "SELECT * FROM accounts_user"
    before = [one.login for one in read_models(User, statement, [])]
    upgrading = connection.copy()
    try:
        upgrading.cursor().execute("ALTER TABLE accounts_user ADD COLUMN later int")
        assert [one.login for one in read_models(User, statement, [])] == before == ["ana"]
    finally:
        upgrading.cursor().execute("ALTER TABLE accounts_user DROP COLUMN IF EXISTS later")
        upgrading.close()
