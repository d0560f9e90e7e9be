from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhike.accounts.rights.queries import get_actor


class ActorMiddleware:
    """Puts `request.actor` on every request: the signed-in person with the rights of this moment, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user_id = getattr(request.user, "pk", None) if hasattr(request, "user") else None
        request.__dict__["actor"] = get_actor(user_id=user_id) if user_id else None
        return self.get_response(request)
