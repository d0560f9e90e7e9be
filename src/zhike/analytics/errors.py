from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, NotFound, Refusal


class NoSuchRun(NotFound):
    code = "analytics.no_such_run"
    sentence = _("There is no such run.")


class NoSuchAnalysis(NotFound):
    code = "analytics.no_such_analysis"
    sentence = _("There is no such model.")


class DayInFuture(Refusal):
    code = "analytics.day_in_future"
    status = 422
    field = "as_of"
    sentence = _("{day} has not come yet; today is {today}. Choose an earlier day.")


class RunGoesOn(Refusal):
    code = "analytics.run_goes_on"
    sentence = _("This model is being run already. Wait for it; its results appear by themselves.")


class NotUsable(Refusal):
    code = "analytics.not_usable"
    sentence = _("The results of this run cannot be used: they were refused, or are no longer kept.")


class HistoryTooShort(Refusal):
    code = "analytics.history_too_short"
    sentence = _(
        "Purchases begin on {first}; a forecast of {horizon} days that is tested needs some before {needed}. "
        "Import older orders, or wait until then."
    )


class TooFewLeft(Refusal):
    code = "analytics.too_few_left"
    sentence = _(
        "Of {rows} customers too few left, or too few stayed: {rarer}, and {least} are needed to tell who leaves."
    )


class NobodyActive(Refusal):
    code = "analytics.nobody_active"
    sentence = _("Nobody bought anything in the {days} days before {day}: there is nobody who could still leave.")


class NothingBought(Refusal):
    code = "analytics.nothing_bought"
    sentence = _("Nobody bought anything before {day}. Import orders first.")


class NoProducts(Refusal):
    code = "analytics.no_products"
    sentence = _("No order before {day} names a product. Import orders with their lines.")


class NothingInUse(NotFound):
    code = "analytics.nothing_in_use"
    sentence = _("The model says nothing of this customer: it has not been run, or they bought too long ago.")


class NothingRunYet(NotFound):
    code = "analytics.nothing_run_yet"
    sentence = _("No run of this model is in use. Run it under Models first.")


class FiguresOfEverybody(Forbidden):
    code = "analytics.figures_of_everybody"
    sentence = _("These figures are over all customers, and you may see some of them only.")
