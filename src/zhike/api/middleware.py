from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from .problems.build import MEDIA_TYPE, make_problem

PREFIX = "/api/"


class ProblemMiddleware:
    """Turns what Django refuses under /api/ (no such address, wrong method, too large, a crash) into problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX) or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
        return make_problem(status=response.status_code, headers=kept)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say 413 where Django would say 400."""
        if request.path.startswith(PREFIX) and isinstance(exception, RequestDataTooBig):
            return make_problem(status=413)
        return None
