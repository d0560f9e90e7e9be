"""Who may see and change classes."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, VIEWER, add_permission

VIEW = "classification.view_scheme"
CHANGE = "classification.change_scheme"
ASSIGN = "classification.assign_class"
RUN = "classification.run"
SIMULATE = "classification.simulate"
CHANGE_POLICY = "classification.change_policy"
GIVE_OWNERS = "classification.give_owners"
REVIEW = "classification.review_customer"
APPROVE = "classification.approve_move"


def register() -> None:
    add_permission(VIEW, _("See classes and their rules"), roles=(LEAD, AGENT, VIEWER))
    add_permission(CHANGE, _("Change customer management types"))
    add_permission(ASSIGN, _("Put customers into classes by hand"), roles=(LEAD, AGENT))
    add_permission(RUN, _("Classify all customers anew"), roles=(LEAD,))
    add_permission(SIMULATE, _("Simulate customer management types over all customers"), roles=(LEAD,))
    add_permission(CHANGE_POLICY, _("Change policies and their order"))
    add_permission(GIVE_OWNERS, _("Give customers owners by policy"))
    add_permission(REVIEW, _("Review the classes of customers"), roles=(LEAD, AGENT))
    add_permission(APPROVE, _("Approve moves between classes"), roles=(LEAD,))
