from django.utils.translation import gettext_lazy as _

from zhike.analytics.models import CustomerValue
from zhike.analytics.runs.registry import Analysis, Outcome, Task, analyses

from . import panels
from .describing import describe
from .queries import ANALYSIS as KEY

VERSION = "1"


def register() -> None:
    panels.register()
    meaning = _(
        "How likely each customer is to buy again, what they will bring in the next 12 months, and what they could."
    )
    analyses.add(
        KEY,
        Analysis(KEY, _("Customer value"), meaning, "coin", VERSION, (CustomerValue,), _compute_in_worker, describe),
    )


def _compute_in_worker(task: Task) -> Outcome:
    from .computing import compute_value  # what it computes with takes long to import, and pages need none of it

    return compute_value(task)
