from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid


class UnknownLanguage(Invalid):
    code = "accounts.unknown_language"
    sentence = _("Zhike does not speak {language} yet. Choose one of the languages in the list.")
    field = "language"


class UnknownNumberStyle(Invalid):
    code = "accounts.unknown_number_style"
    sentence = _("Numbers are written in full or in short; “{style}” is neither.")
    field = "style"
