from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid


class SetupUnreadable(Invalid):
    code = "classification.setup_unreadable"
    sentence = _("This is no file of a set-up: {reason}. Nothing was changed.")


class SetupWrong(Invalid):
    """`facts["place"]` says where in the file."""

    code = "classification.setup_wrong"
    sentence = _("At {place}: {reason} Nothing was changed.")
