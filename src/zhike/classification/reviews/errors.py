from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, Invalid, Refusal


class NotUnderReview(Refusal):
    code = "classification.not_under_review"
    sentence = _("No class of “{name}” is reviewed regularly. Set the policy “Regular review” on one first.")


class ReviewedMeanwhile(Refusal):
    code = "classification.reviewed_meanwhile"
    sentence = _("{who} reviewed “{name}” in the meantime; the next review is on {day}. Look at the page again.")


class DayWrong(Invalid):
    code = "classification.review_day_wrong"
    sentence = _("Choose a day from {least} to {most}.")
    field = "next_on"


class SameClass(Invalid):
    code = "classification.review_same_class"
    sentence = _("“{name}” is the class now. Choose another one, or confirm.")
    field = "class_id"


class NotInIt(Invalid):
    code = "classification.review_not_in_it"
    sentence = _(
        "The customer is not in “{name}”. Keep them out of a class that they are in, or put them into another."
    )
    field = "class_id"


class MayNotChange(Forbidden):
    code = "classification.may_not_change_class"
    sentence = _("Your role does not allow changing classes by hand. Confirm or postpone, or ask a colleague.")


class DecisionUnclear(Invalid):
    code = "classification.review_unclear"
    sentence = _("This is no decision yet: {problem}")
