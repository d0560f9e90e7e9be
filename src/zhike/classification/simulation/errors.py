from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, NotFound, Refusal


class NoSuchSimulation(NotFound):
    code = "classification.no_such_simulation"
    sentence = _("There is no such simulation.")


class NoSuchVersion(NotFound):
    code = "classification.no_such_version"
    sentence = _("“{name}” has no version {number}. It has: {numbers}.")


class MonthsWrong(Invalid):
    code = "classification.months_wrong"
    sentence = _("A simulation looks back 0 to {most} months, not {months}.")
    field = "months"


class SimulationIsOver(Refusal):
    code = "classification.simulation_is_over"
    sentence = _("This simulation is over; there is nothing to cancel.")


class SimulationGoesOn(Refusal):
    code = "classification.simulation_goes_on"
    sentence = _("This simulation is still under way. Wait for it or cancel it, then run it again.")
