"""What the first run adds to the workbench: its note, its empty state, and the step that leads back to it."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import OWN_ACCOUNT
from zhike.ui.public import ChecklistItem, WorkbenchPanel, checklist_items, workbench_panels

from .panels import knows_the_firm, load_nothing_yet, load_sample_note
from .queries import CHANGE_ORGANISATION


def register() -> None:
    for panel in (
        WorkbenchPanel(
            "sample", "main", 5, OWN_ACCOUNT, "config/first_run/sample_note.html", load_sample_note, quiet=True
        ),
        WorkbenchPanel(
            "nothing_yet", "main", 20, "customers.view_customer", "config/first_run/nothing_yet.html", load_nothing_yet
        ),
    ):
        workbench_panels.add(panel.key, panel)
    checklist_items.add(
        "organisation",
        ChecklistItem(
            "organisation",
            20,
            CHANGE_ORGANISATION,
            "building",
            _("Say who you are"),
            _("Name, time zone, currency and kind of firm."),
            "first-run:resume",
            knows_the_firm,
        ),
    )
