from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, Refusal


class WrongSignIn(Invalid):
    code = "accounts.wrong_sign_in"
    sentence = _("User name and password do not fit together. Check both, or ask an administrator for a sign-in link.")


class TooManySignIns(Refusal):
    code = "accounts.too_many_sign_ins"
    status = 429
    sentence = _(
        "{limit} wrong passwords in a row. Try again in {hours} hour(s), or ask an administrator for a sign-in link."
    )


class LinkNotValid(Refusal):
    code = "accounts.link_not_valid"
    status = 410
    sentence = _("This sign-in link was used before or is older than {hours} hours. Ask for a new one.")


class PasswordTooWeak(Invalid):
    code = "accounts.password_too_weak"
    sentence = "{reasons}"  # the validators say them, translated
    field = "password"
