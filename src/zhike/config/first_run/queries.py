from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from zhike.accounts.public import Organisation

STEPS = ("language", "organisation", "records")
CHANGE_ORGANISATION = "accounts.change_organisation"
LATER = "first_run_later"  # in the session: the person wants to look around first


def is_due(request: HttpRequest, organisation: Organisation) -> bool:
    """Return whether the workbench should lead to the first run: nobody said who the firm is, and this person may."""
    untouched = not organisation.configured and not organisation.name
    return untouched and request.actor.may(CHANGE_ORGANISATION) and not request.session.get(LATER)


def next_step(*, language: str, organisation: Organisation) -> str:
    """Return the step at which a person goes on; `language` is what they have chosen, or empty."""
    if organisation.configured:
        return "records"
    return "organisation" if language else "language"


def describe_steps(now_at: str) -> list[dict[str, Any]]:
    """Return the steps for the page: those before the present one are done and lead back."""
    labels = {"language": _("Language"), "organisation": _("Your firm"), "records": _("Customers and orders")}
    place = STEPS.index(now_at)
    states = ["done" if number < place else "now" if number == place else "todo" for number in range(len(STEPS))]
    return [
        {"label": labels[step], "state": state, "url": reverse(f"first-run:{step}") if state == "done" else ""}
        for step, state in zip(STEPS, states, strict=True)
    ]
