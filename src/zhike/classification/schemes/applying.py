from datetime import datetime

from zhike.classification.evaluation.actions import run_classification
from zhike.classification.evaluation.schedule import run_soon
from zhike.classification.models import ClassifyRun, CustomerMetrics, SchemeVersion
from zhike.kit.actor import Actor

from .actions import put_draft_in_force

AT_ONCE = 20_000  # customers with figures; beyond, the person is not kept waiting


def apply_scheme(*, key: str, by: Actor, at: datetime) -> tuple[SchemeVersion, ClassifyRun | None]:
    """Put the draft of a scheme in force and reclassify: at once where it takes a moment, else by the worker.

    Return the version, and the run where it has ended. Not to be called in a transaction.

    :raises Refusal: as `put_draft_in_force`; then nothing has changed.
    """
    version = put_draft_in_force(key=key, by=by, at=at)
    return version, reclassify(by=by, at=at)


def reclassify(*, by: Actor, at: datetime) -> ClassifyRun | None:
    """Bring classes up to date at once where that takes a moment; else ask the worker and return None."""
    if CustomerMetrics.objects.all()[: AT_ONCE + 1].count() > AT_ONCE:
        run_soon(after=0)
        return None
    return run_classification(by=by, at=at)
