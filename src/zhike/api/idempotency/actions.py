import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from zhike.api.models import IdempotencyKey

from .errors import BadKey, KeyOfAnotherRequest, StillUnderWay

HEADER = "Idempotency-Key"
MAX_LENGTH = 100
KEPT = timedelta(days=3)


def answer_once(request: HttpRequest, *, caller: str, key: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a creation once per caller and key: a repetition gets the first answer again and creates nothing.

    The key, the change and the answer are committed together, so a server killed in the middle leaves none of them.
    An advisory lock tells a repetition that comes while the first is under way. What was refused is not kept: it
    changed nothing, and the same key may try again.

    :raises BadKey: if the key is empty, too long or not visible ASCII.
    :raises KeyOfAnotherRequest: if the key came with another method, address or payload before.
    :raises StillUnderWay: if the first request has not ended.
    """
    if not 0 < len(key) <= MAX_LENGTH or not key.isascii() or not key.isprintable():
        raise BadKey(most=MAX_LENGTH)
    request_hash = hash_request(request)
    with transaction.atomic():
        if not _lock(f"{caller} {key}"):
            raise StillUnderWay
        if kept := IdempotencyKey.objects.filter(caller=caller, key=key).first():
            return _repeat(kept, request_hash)
        response = answer()
        if 200 <= response.status_code < 300:
            IdempotencyKey.objects.create(
                caller=caller, key=key, request_hash=request_hash, status=response.status_code, answer=response.content
            )
        else:
            transaction.set_rollback(True)
    return response


def hash_request(request: HttpRequest) -> str:
    """Return a digest of what a request asks: method, address and payload, files included."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        digest.update(repr(sorted(request.POST.lists())).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(f"{name} {file.name}".encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def sweep_keys(*, at: datetime) -> int:
    """Forget keys that are older than anybody repeats a request, and return how many."""
    return IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()[0]


def _lock(name: str) -> bool:
    """Take the lock of a name until the transaction ends; False when another request holds it."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row: tuple[Any, ...] = cursor.fetchone()
    return bool(row[0])


def _repeat(kept: IdempotencyKey, request_hash: str) -> HttpResponse:
    if kept.request_hash != request_hash:
        raise KeyOfAnotherRequest
    return HttpResponse(
        bytes(kept.answer or b""),
        status=kept.status,
        content_type="application/json; charset=utf-8",
        headers={"Idempotent-Replayed": "true"},
    )
