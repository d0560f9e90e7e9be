"""What classification gives to other rooms' registries; called once, when the rooms are ready."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhike.audit.public import subject_names, subscribe
from zhike.customers.public import customer_reactions
from zhike.ui.public import NavItem, WorkbenchPanel, navigation, workbench_panels

from . import permissions, trail
from .approvals import notices as notices_of_moves
from .approvals import pages as approvals
from .assignments import columns, panels
from .classes import old_orders
from .evaluation import checking
from .evaluation.at_once import judge_changed
from .evaluation.schedule import run_after, run_after_field, run_after_product
from .models import CustomerClass, Scheme
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
    "OrderCorrected",
    "OrganisationChanged",
    "FactAdded",
)


def name_schemes(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return the names and addresses of management types."""
    found = Scheme.objects.filter(id__in=ids)
    return {one.id: (one.name, reverse("classification:edit", args=[one.key])) for one in found}


def name_classes(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return the names of classes, and the addresses of their types."""
    found = CustomerClass.objects.filter(id__in=ids).select_related("scheme")
    return {one.id: (one.name, reverse("classification:edit", args=[one.scheme.key])) for one in found}


def name_simulations(ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Return what simulations are called, and their addresses."""
    return {one: (f"{_('Simulation')} {one}", reverse("classification:simulation", args=[one])) for one in ids}


def register() -> None:
    permissions.register()
    trail.register()
    subject_names.add("scheme", name_schemes)
    subject_names.add("class", name_classes)
    subject_names.add("simulation", name_simulations)
    columns.register()
    panels.register()
    workbench.register()
    old_orders.register()
    workbench_panels.add("store", STORE_NOTICE)
    field_uses.register()
    approvals.register()
    notices_of_moves.register()
    policies.register()
    reviews.register()
    setup_file.register()
    _add_navigation()
    customer_reactions.add("classification.at_once", judge_changed)
    for event in CAUSES:
        subscribe(event, "classification.refresh", run_after)
    subscribe("FieldChanged", "classification.refresh", run_after_field)
    subscribe("ProductChanged", "classification.refresh", run_after_product)


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
