from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, Invalid, NotFound, Refusal


class NoSuchScheme(NotFound):
    code = "classification.no_such_scheme"
    sentence = _("There is no customer management type with the key “{key}”.")


class NoSuchClass(NotFound):
    code = "classification.no_such_class"
    sentence = _("There is no such class, or it was retired.")


class DayInFuture(Invalid):
    code = "classification.day_in_future"
    sentence = _("{day} lies in the future. The latest day to judge by is {today}.")
    field = "as_of"


class KeyTaken(Refusal):
    code = "classification.key_taken"
    sentence = _("The key “{key}” is taken. Choose another one.")
    field = "key"


class NameMissing(Invalid):
    code = "classification.name_missing"
    sentence = _("Give it a name in Chinese or in English.")
    field = "name_zh"


class KeyWrong(Invalid):
    code = "classification.key_wrong"
    sentence = _(
        "“{key}” cannot be a key: use a to z, 0 to 9 and _, at most {most} characters, beginning with a letter."
    )
    field = "key"


class HueWrong(Invalid):
    code = "classification.hue_wrong"
    sentence = _("“{hue}” is no colour of the palette. Choose one of: {hues}.")
    field = "hue"


class KindWrong(Invalid):
    code = "classification.kind_wrong"
    sentence = _("A new management type sorts by rules or by hand. “{kind}” is built in and exists once.")
    field = "kind"


class NumberWrong(Invalid):
    code = "classification.number_wrong"
    sentence = _("{value} is outside {least} to {most}. Give a whole number in between.")

    def __init__(self, *, field: str, value: object, least: int, most: int) -> None:
        super().__init__(value=value, least=least, most=most)
        self.field = field


class DaysOutOfOrder(Invalid):
    code = "classification.days_out_of_order"
    sentence = _("A customer is at risk before they are lost: {at_risk} days must be fewer than {lost} days.")
    field = "at_risk_days"


class CutsOutOfOrder(Invalid):
    code = "classification.cuts_out_of_order"
    sentence = _("The shares must rise and lie between 0% and 100%: {cuts} do not. Change them so that each is larger.")
    field = "cuts"


class ScoresOutOfOrder(Invalid):
    code = "classification.scores_out_of_order"
    sentence = _("Each class begins at a lower score than the one above it: {scores} do not fall. Change them.")
    field = "cut_1"


class SegmentUnknown(Invalid):
    code = "classification.segment_unknown"
    sentence = _("“{segment}” is no class of this management type. Choose one of its classes for {scores}.")
    field = "segments"


class NoSuchPattern(NotFound):
    code = "classification.no_such_pattern"
    sentence = _("There is no pattern “{key}” of a management type.")


class RuleHasProblems(Invalid):
    """`facts["problems"]` lists every problem: class, path of the condition, sentence."""

    code = "classification.rule_has_problems"
    sentence = _("The rule of “{name}” is not complete: {first} ({count} in all). Mend it, then go on.")
    field = "rules"


class RuleWithProblems(RuleHasProblems):
    """A rule that no class has yet."""

    sentence = _("The rule is not complete: {first} ({count} in all). Mend it, then go on.")


class RuleTextWrong(Invalid):
    """`facts` give line and column from 1, what was expected there and what stood there."""

    code = "classification.rule_text_wrong"
    sentence = _("The rule cannot be read at line {line}, column {column}: it should say {expected}, not {found}.")
    field = "text"


class RuleUnreadable(Invalid):
    code = "classification.rule_unreadable"
    sentence = _("“{file}” cannot be read as a rule in JSON: {reason}.")
    field = "file"


class RulesInCircle(Invalid):
    code = "classification.rules_in_circle"
    sentence = _("These types ask for each other’s classes in a circle: {names}. Take one of those conditions out.")
    field = "rules"


class NoClassYet(Invalid):
    code = "classification.no_class_yet"
    sentence = _("“{name}” has no class yet. Add at least one, then apply.")


class NoDraft(Refusal):
    code = "classification.no_draft"
    sentence = _("“{name}” has no changes waiting. Edit it first.")


class DraftChanged(Refusal):
    code = "classification.draft_changed"
    sentence = _("{who} changed this draft in the meantime. Look at it again, then repeat your change.")


class SchemeIsRetired(Refusal):
    code = "classification.scheme_is_retired"
    sentence = _("“{name}” is retired. Bring it back first.")


class KeepsOutOfOne(Invalid):
    code = "classification.keeps_out_of_one"
    sentence = _("“{name}” has one class at a time: set the class in which the customer belongs.")
    field = "kept_out"


class WhichClass(Invalid):
    code = "classification.which_class"
    sentence = _("“{name}” has several classes at once. Say which one is meant.")
    field = "class_id"


class OverlapIsByRules(Invalid):
    code = "classification.overlap_is_by_rules"
    sentence = _("Only a type that sorts by rules can put customers into several classes at once.")
    field = "overlapping"


class SchemeStillAsked(Refusal):
    code = "classification.scheme_still_asked"
    sentence = _("“{name}” is asked for by the rules of {users}. Change those first, then retire it.")


class ClassInUse(Refusal):
    code = "classification.class_in_use"
    sentence = _("{count} customers are in “{name}”. Move them to other classes first, then retire it.")


class ClassStillAsked(Refusal):
    code = "classification.class_still_asked"
    sentence = _("“{name}” is asked for by the rules of {users}. Change those first, then retire it.")


class ClassIsFixed(Refusal):
    code = "classification.class_is_fixed"
    sentence = _(
        "The classes of “{name}” follow from how it computes. Rename or recolour them; none can be added or retired."
    )


class NotByHand(Refusal):
    code = "classification.not_by_hand"
    sentence = _("“{name}” follows its rules. Change the rules, or choose a type that is kept by hand.")
    field = "class_id"


class ReasonMissing(Invalid):
    code = "classification.reason_missing"
    sentence = _("Say why, in up to {most} characters: colleagues will read it.")
    field = "reason"


class CustomerNotYours(Forbidden):
    code = "classification.customer_not_yours"
    sentence = _("{count} of these customers are not yours to change. Take them out of the selection.")


class TooManyAtOnce(Invalid):
    code = "classification.too_many_at_once"
    sentence = _("{count} customers are more than the {most} that can be moved at once. Select fewer.")


class NothingRunYet(NotFound):
    code = "classification.nothing_run_yet"
    sentence = _("Customers have not been classified yet. Import some, or ask for a run.")


class NotPreviewable(Refusal):
    code = "classification.not_previewable"
    sentence = _("“{name}” is kept by hand: nothing is computed, so there is nothing to preview.")


class OverrideInForce(Refusal):
    code = "classification.override_in_force"
    sentence = _("For {count} of these customers a class of “{name}” was set with an end. Take that off first.")
    field = "class_id"


class NoOverride(NotFound):
    code = "classification.no_override"
    sentence = _("Nobody has set a class of “{name}” above the rule for this customer.")


class EndInPast(Invalid):
    code = "classification.end_in_past"
    sentence = _("The end must lie in the future. Choose a later day, or none.")
    field = "ends_on"


class MoveChanged(Refusal):
    code = "classification.move_changed"
    sentence = _("The rule says something else of this customer by now. Look at the list again.")


class SteadinessWrong(Invalid):
    code = "classification.steadiness_wrong"
    sentence = _("{value} does not fit here. Give a whole number from 0 to {most}.")

    def __init__(self, *, field: str, value: object, most: int) -> None:
        super().__init__(value=value, most=most)
        self.field = field


class MarginNeedsThresholds(Invalid):
    code = "classification.margin_needs_thresholds"
    sentence = _("“{name}” has no thresholds of amounts, so there is nothing to stay near to. Leave this at 0.")
    field = "leave_percent"
