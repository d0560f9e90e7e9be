from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from zhike.api.problems.build import describe_refusal
from zhike.kit.errors import Refusal

from .actions import HEADER, answer_once

type Run = Callable[..., HttpResponse]


def once_per_key(run: Run) -> Run:
    """Wrap the running of every operation: a POST with an Idempotency-Key is done once per caller."""

    @wraps(run)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key, actor = request.headers.get(HEADER), getattr(request, "actor", None)
        if request.method != "POST" or key is None or actor is None:
            return run(request, *args, **kwargs)
        try:
            return answer_once(
                request,
                caller=f"{actor.kind}:{actor.id}",
                key=key,
                answer=lambda: run(request, *args, **kwargs),
            )
        except Refusal as refusal:
            return describe_refusal(refusal)

    return guarded
