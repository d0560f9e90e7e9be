from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, Invalid, NotFound, Refusal


class SignInFirst(Refusal):
    code = "accounts.sign_in_first"
    status = 401
    sentence = _("Send an API token as “Authorization: Bearer …”. You make one under your name, API tokens.")


class TokenNotValid(Refusal):
    code = "accounts.token_not_valid"
    status = 401
    sentence = _("This API token is unknown, expired or revoked. Make a new one under your name, API tokens.")


class ForgedRequest(Forbidden):
    code = "accounts.forged_request"
    sentence = _("With a session instead of a token, changes need the X-CSRFToken header.")


class TokenNameMissing(Invalid):
    code = "accounts.token_name_missing"
    sentence = _("A token needs a name that tells what uses it.")
    field = "name"


class TokenBeyondPerson(Forbidden):
    code = "accounts.token_beyond_person"
    sentence = _("A token can do no more than you may. You lack: {permissions}.")
    field = "permissions"


class NoSuchToken(NotFound):
    code = "accounts.no_such_token"
    sentence = _("There is no such API token.")
