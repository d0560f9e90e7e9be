from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, NotFound, Refusal


class NoSuchKind(NotFound):
    code = "classification.no_such_policy_kind"
    sentence = _("There is no kind of policy “{kind}”. These exist: {kinds}.")


class NoSuchPolicy(NotFound):
    code = "classification.no_such_policy"
    sentence = _("“{name}” has no such policy.")


class PolicyWrong(Invalid):
    """One field of a policy does not fit; `field` names it."""

    code = "classification.policy_wrong"
    sentence = _("{label}: {problem}")

    def __init__(self, *, field: str, label: object, problem: str | Promise) -> None:
        super().__init__(label=str(label), problem=str(problem))
        self.field = field


class UnknownField(Invalid):
    code = "classification.policy_field_unknown"
    sentence = _("“{field}” is no field of this policy. Its fields: {fields}.")


class PolicyMoved(Refusal):
    code = "classification.policy_moved"
    sentence = _("{who} changed this policy in the meantime, to: {words}. Look at it, then repeat your change.")


class OrderMoved(Refusal):
    code = "classification.policy_order_moved"
    sentence = _("{who} changed the order in the meantime, to: {order}. Look at it, then repeat your change.")
    field = "schemes"


class PriceByPersonalTrait(Refusal):
    """Personal Information Protection Law of China, article 24: no difference in price by personal traits."""

    code = "classification.price_by_personal_trait"
    sentence = _(
        "“{kind}” decides on prices, and “{scheme}” sorts by {traits}. The law (PIPL article 24) forbids prices that"
        " follow from personal traits: give this policy to a class of another type."
    )


class TraitBehindPrice(Refusal):
    code = "classification.trait_behind_price"
    sentence = _(
        "These rules would sort by {traits}, and prices hang on the classes of {schemes} ({kinds}). The law (PIPL"
        " article 24) forbids that: end those policies first, or sort by something else."
    )


class NoSuchOwnerRun(NotFound):
    code = "classification.no_such_owner_run"
    sentence = _("There is no such receipt, or it is not yours to see.")


class AlreadyUndone(Refusal):
    code = "classification.already_undone"
    sentence = _("This was undone on {day} already.")
