"""What pages of imports send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import currency_choices, get_organisation, zone_choices
from zhike.customers.imports.kinds import SOURCE, ImportKind, import_kinds
from zhike.customers.imports.queries import list_kinds
from zhike.customers.models import ImportRun


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What the rows are"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX or Parquet, with the heading in the first row"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["kind"]
        choices.choices = [(kind.key, kind.label) for kind in list_kinds()]


class MappingForm(forms.Form):
    """Settings of an import, and for each column `column_<place>` the field that it means."""

    source = forms.CharField(label=_("Source"), max_length=100, help_text=_("the system that the numbers come from"))
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices, help_text=_("of amounts without one"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, help_text=_("of times without one"))
    overwrite = forms.BooleanField(label=_("Let the file win over what is known already"), required=False)
    remember = forms.BooleanField(
        label=_("Remember this for files with the same heading"), required=False, initial=True
    )

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        organisation, options = get_organisation(), run.options
        kwargs["initial"] = {
            "source": options.get("source", SOURCE),
            "currency": options.get("currency", organisation.currency),
            "time_zone": options.get("time_zone", organisation.time_zone),
            "overwrite": options.get("overwrite", False),
            "remember": True,
        }
        super().__init__(*args, **kwargs)
        self.columns: list[str] = options["file"]["columns"]
        self.kind: ImportKind = import_kinds[run.kind]

    def mapping(self) -> list[tuple[str, str]]:
        """Return the pairs (field, column) that were chosen."""
        chosen = [(self.data.get(f"column_{place}", ""), column) for place, column in enumerate(self.columns)]
        return [(key, column) for key, column in chosen if key]
