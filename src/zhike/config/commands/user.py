"""`zhike user [LOGIN]`: a link with which a person signs in once; without a name, the first administrator."""

import argparse
from datetime import UTC, datetime

from zhike.config.errors import CannotStart
from zhike.config.words import Phrase as _

DATABASE = True


class NoSuchPerson(CannotStart):
    code = "config.no_such_person"
    sentence = _("Nobody here signs in as {login}. The people are listed under Settings, People.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", nargs="?", help=str(_("who; without it, the first administrator")))


def run(options: argparse.Namespace) -> dict[str, object]:
    """Return who it is and the link, at the address of the server that runs; without one, also how to start it."""
    from django.conf import settings

    from zhike.accounts.public import User, ensure_administrator, make_sign_in_link
    from zhike.config.serving import served_at
    from zhike.kit.actor import SYSTEM

    now = datetime.now(UTC)
    if options.login:
        user = User.objects.filter(login__iexact=options.login, is_active=True).first()
    else:
        user = ensure_administrator(at=now)
    if user is None:
        raise NoSuchPerson(login=options.login)
    address = served_at()
    found: dict[str, object] = {
        "login": user.login,
        "link": (address or settings.PUBLIC_URL) + make_sign_in_link(user=user, by=SYSTEM, at=now),
    }
    if address is None:
        found["note"] = str(_("Nothing serves this installation here now. Start “zhike serve”, then open the link."))
    return found
