from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.cache import patch_cache_control, patch_vary_headers

from zhike.kit.errors import Refusal

from .parts import asks_for_part
from .refusals import OnlyForForms, answer_refusal

API = "/api/"
AHEAD = "ui/ahead.speculation"  # which links of a list a browser may fetch once the pointer rests on them


class RefusalMiddleware:
    """Turns a Refusal that no view caught into a page or partial that says the sentence, with its status.

    Addresses under /api/ are not its business: the API answers problems.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == OnlyForForms.status and not request.path.startswith(API):
            refused = answer_refusal(request, OnlyForForms())
            refused.headers["Allow"] = response.headers["Allow"]
            response = refused
        # A page and its partial share an address: no cache, nor the back button, may mix them up.
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        if asks_for_part(request):
            patch_cache_control(response, no_store=True)
        elif response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Speculation-Rules"] = f'"{static(AHEAD)}"'
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal) or request.path.startswith(API):
            return None
        return answer_refusal(request, exception)
