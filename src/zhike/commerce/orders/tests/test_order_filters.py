"""Filters of the list of orders, in its address."""

import pytest

from zhike.accounts.testing import make_user

pytestmark = pytest.mark.django_db


def test_a_day_that_is_none_is_told_and_left_out(client):
    client.force_login(make_user("ada"))
    page = client.get("/orders/?since=2026-99-99&until=<b>", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "“2026-99-99” is no day, so this filter is left out. Write days as 2026-11-21." in page.text
    assert "“&lt;b&gt;” is no day" in page.text
    assert "is no day" not in client.get("/orders/?since=2026-11-01").text
