from django.utils.translation import gettext_lazy as _

from zhike.audit.public import event_words, subscribe
from zhike.classification import permissions
from zhike.ui.public import NavItem, navigation

from . import columns, own_kinds, panels
from .owners.following import give_after

WORDS = {
    "PolicyChanged": _("changed a policy of a class"),
    "PolicyOrderChanged": _("changed the order in which policies decide"),
    "OwnersGiven": _("gave {customers} customers owners by policy"),
    "OwnersTakenBack": _("took back the owners of {customers} customers"),
    "CustomerReviewed": _("reviewed the class of a customer"),
}


def register() -> None:
    own_kinds.register()
    panels.register()
    columns.register()
    for name, words in WORDS.items():
        event_words.add(name, words)
    for event in ("CustomersClassified", "CustomerClassified", "ClassAssigned"):
        subscribe(event, "classification.give_owners", give_after)
    navigation.add(
        "policies",
        NavItem(
            _("Policies"),
            "classification:policies",
            "clipboard",
            permissions.VIEW,
            group="classes",
            order=30,
            keys="gl cl",
        ),
    )
