from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Refusal


class DemoAlreadyThere(Refusal):
    code = "config.demo_already_there"
    sentence = _("The sample data is here already: {customers} customers. Clear it first to load it anew.")


class DemoUnderWay(Refusal):
    code = "config.demo_under_way"
    sentence = _("The sample data is being loaded or cleared. Wait until that is over.")


class DemoNotThere(Refusal):
    code = "config.demo_not_there"
    sentence = _("There is no sample data to clear.")
