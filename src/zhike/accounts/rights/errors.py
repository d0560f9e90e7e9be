from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden


class AboveYourself(Forbidden):
    code = "accounts.above_yourself"
    sentence = _("You can only give or touch rights that you hold yourself. You lack: {rights}.")
    field = "roles"
