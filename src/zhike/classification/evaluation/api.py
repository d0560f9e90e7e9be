from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.classification.assignments.queries import get_last_run
from zhike.classification.errors import NothingRunYet
from zhike.classification.schemas import Asked, RunOut

from .schedule import run_soon


def add_operations(router: Router) -> None:
    @router.post("/classify", response={202: Asked}, summary="Classify all customers now")
    @needs(permissions.RUN)
    def classify(request: HttpRequest) -> Any:
        """The worker does it; ask for the last run to see it end."""
        run_soon(after=0)
        return Status(202, {"asked": True})

    @router.get("/classify/last", response=RunOut, summary="The last run that ended")
    @needs(permissions.VIEW)
    def last_run(request: HttpRequest) -> Any:
        run = get_last_run()
        if run is None:
            raise NothingRunYet
        return run
