from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import NotFound, Refusal


class NoSuchRun(NotFound):
    code = "analytics.no_such_run"
    sentence = _("There is no such run.")


class NoSuchAnalysis(NotFound):
    code = "analytics.no_such_analysis"
    sentence = _("There is no such model.")


class RunGoesOn(Refusal):
    code = "analytics.run_goes_on"
    sentence = _("This model is being run already. Wait for it; its results appear by themselves.")


class NotUsable(Refusal):
    code = "analytics.not_usable"
    sentence = _("The results of this run cannot be used: they were refused, or are no longer kept.")
