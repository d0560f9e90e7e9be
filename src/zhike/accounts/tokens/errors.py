from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, Refusal


class SignInFirst(Refusal):
    code = "accounts.sign_in_first"
    status = 401
    sentence = _("Send an API token as “Authorization: Bearer …”. You make one under Settings, API tokens.")


class TokenNotValid(Refusal):
    code = "accounts.token_not_valid"
    status = 401
    sentence = _("This API token is unknown, expired or revoked. Make a new one under Settings, API tokens.")


class ForgedRequest(Forbidden):
    code = "accounts.forged_request"
    sentence = _("With a session instead of a token, changes need the X-CSRFToken header.")
