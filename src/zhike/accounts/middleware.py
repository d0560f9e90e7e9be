from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from zhike.accounts.models import User
from zhike.accounts.organisation.queries import UNKNOWN, organisation_looked_up
from zhike.accounts.rights.queries import make_actor
from zhike.accounts.tokens.authentication import bearer_of
from zhike.accounts.tokens.queries import get_token_actor
from zhike.kit.actor import Actor
from zhike.ui.public import FULL, number_style

type Answer = Callable[[HttpRequest], HttpResponse]
API = "/api/"


class ActorMiddleware:
    """Puts `request.actor` on every request: who asks, with the rights of this moment, or None.

    Under /api/ a token counts, and a request that carries one is never taken for its session's person.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.__dict__["actor"] = self._find_actor(request)
        return self.get_response(request)

    def _find_actor(self, request: HttpRequest) -> Actor | None:
        token = bearer_of(request) if request.path.startswith(API) else None
        if token is not None:
            return get_token_actor(token=token, at=timezone.now())
        user = request.user
        if not isinstance(user, User):  # the backend knows no session of somebody who was deactivated
            return None
        return make_actor(user)


@dataclass(frozen=True, slots=True)
class Preferences:
    language: str
    zone: ZoneInfo
    style: str

    @contextmanager
    def kept(self) -> Iterator[None]:
        with translation.override(self.language), timezone.override(self.zone), number_style(self.style):
            yield

    def speak(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        """Give the parts of a file that is written while it is sent, long after the request, each in these too."""
        parts = iter(parts)
        while True:
            with self.kept():
                part = next(parts, None)
            if part is None:
                return
            yield part


class PreferencesMiddleware:
    """Speaks the person's language, writes numbers their way and counts days in the organisation's zone.

    Programs read numbers in full, whatever their person prefers on pages.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with organisation_looked_up(getattr(request.user, "organisation", UNKNOWN)) as organisation:
            request.__dict__["organisation"] = organisation
            language = choose_language(request, organisation.language)
            zone = ZoneInfo(organisation.time_zone)
            style = FULL if request.path.startswith(API) else getattr(request.user, "number_style", FULL)
            preferences = Preferences(language, zone, style)
            with preferences.kept():
                request.__dict__["LANGUAGE_CODE"] = language
                response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = preferences.speak(cast("Iterator[bytes]", response.streaming_content))
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def choose_language(request: HttpRequest, default: str) -> str:
    """Return the language to answer in: the person's choice, the cookie's, the browser's, else the organisation's.

    Programs say it in Accept-Language, which comes first under /api/.
    """
    chosen = [getattr(request.user, "language", ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    header = request.headers.get("Accept-Language", "")
    accepted = [tag for tag, _ in parse_accept_lang_header(header)]
    wanted = [*accepted, *chosen] if request.path.startswith(API) else [*chosen, *accepted]
    for tag in [*wanted, default]:
        if tag and tag != "*":
            try:
                return get_supported_language_variant(tag)
            except LookupError:
                continue
    return settings.LANGUAGE_CODE
