"""Who may see what the models found, and run them."""

from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import AGENT, LEAD, VIEWER, add_permission

VIEW = "analytics.view_analysis"
RUN = "analytics.run_analysis"


def register() -> None:
    add_permission(VIEW, _("See value, retention, churn risk and associations"), roles=(LEAD, AGENT, VIEWER))
    add_permission(RUN, _("Run models, compare their runs and roll back"), roles=(LEAD,))
