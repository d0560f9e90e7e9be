"""The same Idempotency-Key creates once, also when the requests come at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from zhike.api.idempotency.actions import answer_once, sweep_keys
from zhike.api.idempotency.errors import BadKey, KeyOfAnotherRequest, StillUnderWay
from zhike.api.models import IdempotencyKey

KEY = "4b1f2a"


def request(body: bytes = b'{"name": "Kettle"}', path: str = "/api/things") -> HttpRequest:
    return RequestFactory().post(path, body, content_type="application/json")


def create() -> HttpResponse:
    thing = ContentType.objects.create(app_label="tests", model=f"thing{ContentType.objects.count()}")
    return HttpResponse(f'{{"id": {thing.id}}}', status=201, content_type="application/json")


def ask(*, key: str = KEY, caller: str = "user:1", answer=create, body: bytes = b'{"name": "Kettle"}') -> HttpResponse:
    return answer_once(request(body), caller=caller, key=key, answer=answer)


def created() -> int:
    return ContentType.objects.filter(app_label="tests").count()


@pytest.mark.django_db
def test_a_repetition_gets_the_first_answer_and_creates_nothing():
    first, again = ask(), ask()
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert created() == 1


@pytest.mark.django_db
def test_another_payload_under_the_same_key_is_refused():
    ask()
    with pytest.raises(KeyOfAnotherRequest):
        ask(body=b'{"name": "Mug"}')
    assert created() == 1


@pytest.mark.django_db
def test_keys_of_two_callers_do_not_meet():
    ask()
    ask(caller="user:2")
    assert created() == 2


@pytest.mark.django_db
def test_what_was_refused_is_not_kept_and_changed_nothing():
    def refuse() -> HttpResponse:
        create()
        return HttpResponse(status=422)

    assert ask(answer=refuse).status_code == 422
    assert created() == 0
    assert ask().status_code == 201


@pytest.mark.django_db
def test_a_crash_leaves_neither_key_nor_thing():
    def crash() -> HttpResponse:
        create()
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        ask(answer=crash)
    assert created() == IdempotencyKey.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a" * 101, "line\nbreak", "钥匙"])
def test_a_key_has_visible_ascii_characters(key):
    with pytest.raises(BadKey):
        ask(key=key)
    assert created() == 0


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_create_one():
    def try_once(_: int) -> int:
        try:
            return ask().status_code
        except StillUnderWay:
            return 409
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(try_once, range(50)))
    assert set(answers) <= {201, 409}
    assert answers.count(201) >= 1
    assert created() == IdempotencyKey.objects.count() == 1
    assert ask().status_code == 201
    assert created() == 1


@pytest.mark.django_db
def test_old_keys_are_forgotten():
    ask()
    IdempotencyKey.objects.update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert sweep_keys(at=datetime(2026, 1, 3, tzinfo=UTC)) == 0
    assert sweep_keys(at=datetime(2026, 1, 5, tzinfo=UTC)) == 1
