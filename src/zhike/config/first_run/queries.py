from typing import Any

from django.forms import model_to_dict
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from zhike.accounts.public import Organisation
from zhike.customers.public import Customer

from .firm_kinds import FIRM_KINDS

STEPS = ("language", "organisation", "records")
CHANGE_ORGANISATION = "accounts.change_organisation"
NOBODYS = ("管理员", "Administrator")  # what the first administrator is called before they say their name
LATER, KIND = "first_run_later", "firm_kind"  # in the session: looks around first; what was chosen


def is_due(request: HttpRequest, organisation: Organisation) -> bool:
    """Return whether the workbench should lead to the first run: nobody said who the firm is, and this person may."""
    untouched = not organisation.configured and not organisation.name
    return untouched and request.actor.may(CHANGE_ORGANISATION) and not request.session.get(LATER)


def is_over(organisation: Organisation) -> bool:
    """Return whether work has begun: choosing a kind of firm again would take types away that customers are in."""
    return organisation.configured and Customer.objects.exists()


def next_step(*, language: str, organisation: Organisation) -> str:
    """Return the step at which a person goes on; `language` is what they have chosen, or empty."""
    if organisation.configured:
        return "records"
    return "organisation" if language else "language"


def form_start(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    """Return what the form about the firm begins with: what is known, and the kind chosen before."""
    known = model_to_dict(organisation, ["name", "time_zone", "currency"])
    person = getattr(request.user, "name", "")
    return {
        **known,
        "firm_kind": request.session.get(KIND, FIRM_KINDS[0].key),
        "person": "" if person in NOBODYS else person,
    }


def describe_steps(now_at: str) -> list[dict[str, Any]]:
    """Return the steps for the page: those before the present one are done and lead back."""
    labels = {"language": _("Language"), "organisation": _("Your firm"), "records": _("Customers and orders")}
    place = STEPS.index(now_at)
    states = ["done" if number < place else "now" if number == place else "todo" for number in range(len(STEPS))]
    return [
        {"label": labels[step], "state": state, "url": reverse(f"first-run:{step}") if state == "done" else ""}
        for step, state in zip(STEPS, states, strict=True)
    ]
