from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid


class OrganisationNameMissing(Invalid):
    code = "accounts.organisation_name_missing"
    sentence = _("Your organisation needs a name.")
    field = "name"


class UnknownTimeZone(Invalid):
    code = "accounts.unknown_time_zone"
    sentence = _("There is no time zone {time_zone}. Choose one from the list, such as Asia/Shanghai.")
    field = "time_zone"


class UnknownCurrency(Invalid):
    code = "accounts.unknown_currency"
    sentence = _("{currency} is no currency in use. Give three letters, such as CNY.")
    field = "currency"


class UnknownLanguage(Invalid):
    code = "accounts.unknown_language"
    sentence = _("Zhike does not speak {language} yet. Choose one of the languages in the list.")
    field = "language"


class UnknownWeekday(Invalid):
    code = "accounts.unknown_weekday"
    sentence = _("A week starts on day 1 (Monday) to 7 (Sunday), not {week_start}.")
    field = "week_start"
