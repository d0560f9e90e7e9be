"""Signals of priority in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhike.engine.public import Signal

LABELS: dict[str, str | Promise] = {
    "at_risk": _("Urgency: last purchase 91 to 180 days ago"),
    "slipping": _("Urgency: came often, not seen for 61 to 90 days"),
    "first_month": _("Urgency: first purchase within 30 days"),
    "one_year": _("Relationship: customer for a year"),
    "three_years": _("Relationship: customer for three years"),
    "often": _("Relationship: bought on 4 days or more"),
    "has_owner": _("Relationship: has an owner"),
}


def signal_label(signal: Signal) -> str | Promise:
    """Return the name of a signal; of another room's the one that it brought."""
    return LABELS.get(signal.key) or str(signal.label or signal.key)
