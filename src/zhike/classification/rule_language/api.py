from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.classification.evaluation.asked_day import find_today
from zhike.engine.public import Rule

from .asking import count_members, list_visible_members
from .language import describe_language
from .reading import read_rule, tell_rule
from .schemas import LanguageOut, MembersAsked, RuleAsked, RuleCount, RuleIn, RuleMembers, RuleOut


def add_operations(router: Router) -> None:
    @router.get("/rules/language", response=LanguageOut, summary="The rule language")
    @needs(permissions.VIEW)
    def get_language(request: HttpRequest) -> Any:
        """What rules may ask for, with names in the reader's language, and a JSON Schema of a rule."""
        return describe_language()

    @router.post("/rules/check", response=RuleOut, summary="Check a rule and say it in words")
    @needs(permissions.VIEW)
    def check(request: HttpRequest, body: RuleIn) -> Any:
        """A wrong rule answers 422 with every problem and its place."""
        return tell_rule(_read(body))

    @router.post("/rules/count", response=RuleCount, summary="How many customers meet a rule")
    @needs(permissions.VIEW)
    def count(request: HttpRequest, body: RuleAsked) -> Any:
        """As the last run left them. The count is of all customers; the sample only of those whom you may see."""
        find_today(day=body.as_of, at=now())
        return count_members(rule=_read(body), as_of=body.as_of, sample=body.sample, actor=request.actor)

    @router.post("/rules/members", response=RuleMembers, summary="Who meets a rule")
    @needs(permissions.VIEW)
    def members(request: HttpRequest, body: MembersAsked) -> Any:
        """The customers whom you may see, by id, as the last run left them; page on with `after`."""
        find_today(day=body.as_of, at=now())
        return list_visible_members(
            rule=_read(body), as_of=body.as_of, after=body.after, limit=body.limit, actor=request.actor
        )


def _read(body: RuleIn) -> Rule:
    return read_rule(text=body.text, document=body.rule)
