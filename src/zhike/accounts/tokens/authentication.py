"""Who calls the API."""

from django.http import HttpRequest
from ninja.utils import check_csrf

from zhike.kit.actor import Actor

from .errors import ForgedRequest, SignInFirst, TokenNotValid


def bearer_of(request: HttpRequest) -> str | None:
    """Return the token that a request carries; None when it carries none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class Caller:
    """Lets in who has a token, or a session with its CSRF token. With a token, the session does not count."""

    openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> Actor:
        """Return who calls, as the middleware found out.

        :raises SignInFirst: without token and session.
        :raises TokenNotValid: with a token that is not (any more) good.
        :raises ForgedRequest: with a session and without its CSRF token.
        """
        actor: Actor | None = getattr(request, "actor", None)
        if bearer_of(request) is not None:
            if actor is None:
                raise TokenNotValid
            return actor
        if actor is None:
            raise SignInFirst
        if check_csrf(request) is not None:
            raise ForgedRequest
        return actor
