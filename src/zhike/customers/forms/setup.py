"""The forms as a set-up file says them: the type whose classes choose among them, and each form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhike.customers.forms.actions import choose_scheme, save_layout
from zhike.customers.forms.layouts import Layout, layout_of, read_forms, sections_to_json
from zhike.customers.models import FormLayout
from zhike.kit.actor import Actor


def export_forms() -> dict[str, Any]:
    """Return {"scheme": …, "forms": {"scheme/class": …}}; "/" is the form of everybody else."""
    forms = read_forms()
    return {"scheme": forms.scheme, "forms": {_place(*key): _said(one) for key, one in forms.layouts.items()}}


def apply_forms(found: Mapping[str, Any], *, by: Actor, at: datetime) -> list[str]:
    """Make the forms what a file says; forms that it does not name stay. Return what changed, a line each.

    :raises Refusal: for an unknown class or field. Then the caller's transaction is to be undone.
    """
    changes = []
    before = read_forms()
    for place, wanted in sorted(found.get("forms", {}).items()):
        scheme, _, class_key = place.partition("/")
        held = before.layouts.get((scheme, class_key))
        kept = FormLayout(
            scheme=scheme, class_key=class_key, sections=wanted.get("sections", []),
            visit_form=wanted.get("visit_form", ""),
        )  # fmt: skip
        meant = layout_of(kept)
        if held != meant:
            save_layout(
                scheme=scheme, class_key=class_key, sections=meant.sections, visit_form=meant.visit_form, by=by, at=at
            )
            changes.append(f"{'~' if held else '+'} {place}")
    scheme = str(found.get("scheme", before.scheme))
    if scheme != before.scheme:
        choose_scheme(scheme=scheme, by=by, at=at)
        changes.append(f"~ scheme: {before.scheme or '–'} → {scheme or '–'}")
    return changes


def _place(scheme: str, class_key: str) -> str:
    return f"{scheme}/{class_key}"


def _said(layout: Layout) -> dict[str, Any]:
    return {"sections": sections_to_json(layout.sections), "visit_form": layout.visit_form}
