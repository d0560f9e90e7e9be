"""The reference of the API names every room and operation in the reader's language."""

import pytest
from django.utils import translation

from zhike.accounts.testing import make_user
from zhike.config.api import api
from zhike.config.api_words import SUMMARIES, TAGS


def operations():
    return [one for path in api.get_openapi_schema(path_prefix="/api/")["paths"].values() for one in path.values()]


def test_every_operation_and_room_has_its_words_in_chinese():
    with translation.override("zh-hans"):
        unsaid = {one["summary"] for one in operations() if str(SUMMARIES.get(one["summary"], "")).isascii()}
        unnamed = {tag for one in operations() for tag in one["tags"] if str(TAGS.get(tag, "")).isascii()}
    assert (unsaid, unnamed) == (set(), set())


def test_no_words_are_kept_for_what_is_no_more():
    assert set(SUMMARIES) - {one["summary"] for one in operations()} == set()


@pytest.mark.django_db
def test_the_page_speaks_the_readers_language_and_the_openapi_english(client):
    client.force_login(make_user("ada"))
    assert "客户的动态时间线" in client.get("/api/docs/", headers={"accept-language": "zh-hans"}).text
    assert "A customer&#x27;s timeline" in client.get("/api/docs/", headers={"accept-language": "en"}).text
    assert "A customer's timeline" in client.get("/api/openapi.json", headers={"accept-language": "zh-hans"}).text
