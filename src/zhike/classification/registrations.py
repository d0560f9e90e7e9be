"""What classification gives to other rooms' registries; called once, when the rooms are ready."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhike.audit.public import subscribe
from zhike.customers.public import customer_reactions
from zhike.ui.public import NavItem, WorkbenchPanel, navigation, workbench_panels

from . import permissions
from .approvals import pages as approvals
from .assignments import columns, panels
from .evaluation import checking
from .evaluation.at_once import judge_changed
from .evaluation.schedule import run_after
from .policies import registrations as policies
from .reviews import registrations as reviews
from .schemes import field_uses
from .setup_file import registrations as setup_file
from .workbench import panels as workbench

STORE_NOTICE = WorkbenchPanel(
    "store", "rail", 6, permissions.CHANGE, "classification/workbench/store.html", checking.load_notice, quiet=True
)
CAUSES = (
    "ImportFinished",
    "ImportCancelled",
    "CustomerCreated",
    "CustomerChanged",
    "CustomersChanged",
    "CustomerArchived",
    "CustomerRestored",
    "OrderCreated",
    "OrganisationChanged",
    "FactAdded",
)


def register() -> None:
    permissions.register()
    columns.register()
    panels.register()
    workbench.register()
    workbench_panels.add("store", STORE_NOTICE)
    field_uses.register()
    approvals.register()
    policies.register()
    reviews.register()
    setup_file.register()
    _add_navigation()
    customer_reactions.add("classification.at_once", judge_changed)
    for event in CAUSES:
        subscribe(event, "classification.refresh", run_after)


def _add_navigation() -> None:
    navigation.add(
        "classes",
        NavItem(
            _("Customer classes"),
            "classification:classes",
            "chart-donut-3",
            "classification.view_scheme",
            group="classes",
            order=10,
            on_phone=True,
            short=pgettext_lazy("navigation", "Classes"),
            keys="fenlei fl",
            key="g l",
        ),
    )
    navigation.add(
        "schemes",
        NavItem(
            _("Management types"),
            "classification:schemes",
            "git-branch",
            "classification.view_scheme",
            group="classes",
            order=20,
        ),
    )
