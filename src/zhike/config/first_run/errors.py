from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid


class UnknownFirmKind(Invalid):
    code = "config.unknown_firm_kind"
    sentence = _("Choose one of the kinds of firm in the list; “General” suits everybody.")
    field = "firm_kind"
