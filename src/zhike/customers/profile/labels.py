from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELD_LABELS = {
    "name": _("Name"),
    "kind": _("Kind"),
    "gender": _("Gender"),
    "birthday": _("Birthday"),
    "industry": _("Industry"),
    "employees": _("Employees"),
    "source": _("Source"),
    "tags": _("Tags"),
    "owner": _("Owner"),
}
GENDER_LABELS: dict[str, str | Promise] = {"": "", "female": _("Female"), "male": _("Male"), "other": _("Other")}
