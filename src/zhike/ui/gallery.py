"""What the gallery shows: every component with made-up content, so that a change is seen everywhere at once."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zhike.kit.paging import Page

from .marks import HUES


class SampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As on the business licence."))
    phone = forms.CharField(label=gettext_lazy("Mobile phone"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Customer kind"),
        choices=[("company", gettext_lazy("Company")), ("person", gettext_lazy("Person"))],
        widget=forms.RadioSelect,
    )
    scale = forms.ChoiceField(
        label=gettext_lazy("Company size"), choices=[("s", gettext_lazy("Small")), ("l", gettext_lazy("Large"))]
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    wanted = forms.BooleanField(label=gettext_lazy("Tell me when it is done"), required=False)

    def clean_phone(self) -> str:
        raise forms.ValidationError(_("A mobile number has 11 digits; this one has 10."))


def show_pieces(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the gallery page. `asked` are the parameters of the address."""
    now = timezone.now()
    return {
        "hues": HUES,
        "form": SampleForm({"name": "启衡科技", "phone": "1371205520", "kind": "company", "scale": "s"}),
        "page": Page(rows=_rows(), next="k3f9", previous=asked.get("after", "")),
        "chips": [
            {"label": _("Priority"), "operator": pgettext("filter", "is"), "value": "VIP", "url": "?"},
            {"label": _("Owner"), "value": "周敏", "url": "?"},
        ],
        "stats": _stats(),
        "steps": [
            {"label": _("Upload"), "note": "orders.xlsx", "state": "done", "url": "?"},
            {"label": _("Map columns"), "note": _("9 of 11 known"), "state": "done"},
            {"label": _("Dry run"), "note": _("Writes nothing"), "state": "now"},
            {"label": _("Report"), "state": "todo"},
        ],
        "views": [
            {"label": _("All"), "url": "?", "current": True, "count": 86},
            {"label": _("At risk"), "url": "?view=risk", "current": False, "count": 9},
        ],
        "parts": [("A", "indigo", 20.0), ("B", "teal", 30.0), ("C", "plain", 50.0)],
        "chart": _chart(),
        "now": now,
        "earlier": now - timedelta(hours=3),
        "price": Decimal("0.125"),
        "minor": 128_450_000,
    }


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "name": "苏州澜图精密机械有限公司",
            "label": "A",
            "hue": "indigo",
            "minor": 128_450_000,
            "trend": [3, 4, 6, 9],
        },
        {"name": "Meridian Robotics GmbH", "label": "VIP", "hue": "amber", "minor": 157_405_000, "trend": [9, 7, 4, 2]},
        {"name": "شركة المدينة للتجارة", "label": "C", "hue": "plain", "minor": -1250, "trend": [1, 1, 2, 1]},
    ]


def _stats() -> list[dict[str, Any]]:
    return [
        {
            "name": _("Net, 365 days"),
            "value": "¥1,284,500",
            "note": _("31% more than last year"),
            "spark": [3, 4, 9, 8],
        },
        {"name": _("Orders, 90 days"), "value": "5", "note": _("every 18 days")},
        {"name": _("Possible duplicates"), "value": "174", "tone": "warn"},
        {"name": _("Rejected"), "value": "69", "tone": "bad"},
    ]


def _chart() -> dict[str, Any]:
    return {
        "labels": ["1", "2", "3", "4"],
        "axis": {"size": 1, "unit": "k"},
        "series": [
            {"name": _("Net"), "values": [6, 8, 3, 9], "colour": "--zk-chart"},
            {"name": _("Median"), "line": True, "dash": True, "values": [5, 6, 4, 6], "colour": "--zk-ink-3"},
        ],
    }
