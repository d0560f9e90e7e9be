"""Setting up forms."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhike.audit.public import record
from zhike.customers.custom_fields.definitions import list_fields
from zhike.customers.errors import BadValue, NoSuchFormField, NoSuchSorting
from zhike.customers.events import FormLayoutChanged
from zhike.customers.forms.layouts import PROFILE, Layout, Section, all_forms, read_forms, sections_to_json
from zhike.customers.forms.registries import all_sortings
from zhike.customers.models import FormLayout, FormSettings
from zhike.kit.actor import Actor
from zhike.kit.text import tidy

MOST_SECTIONS, LONGEST_NAME = 20, 60


@transaction.atomic
def choose_scheme(*, scheme: str, by: Actor, at: datetime) -> None:
    """Say whose classes decide the form; an empty key: all customers have the same form.

    :raises NoSuchSorting: if there is no such type in force.
    """
    if scheme and scheme not in {one.key for one in all_sortings()}:
        raise NoSuchSorting(key=scheme[:60])
    before = read_forms().scheme
    FormSettings.objects.update_or_create(id=1, defaults={"scheme": scheme})
    all_forms.forget()
    if before != scheme:
        record(event=FormLayoutChanged(scheme, "", {"scheme": before}, {"scheme": scheme}), by=by)


@transaction.atomic
def save_layout(
    *, scheme: str, class_key: str, sections: Sequence[Section], visit_form: str = "", by: Actor, at: datetime
) -> Layout:
    """Say what the form of a class shows and requires; without scheme and class: the form of everybody else.

    :raises NoSuchSorting: if there is no such class. :raises NoSuchFormField: if a field is unknown or named twice.
    :raises BadValue: if the name of a section or of the visit form is too long.
    """
    for text in (visit_form, *(name for one in sections for name in (one.zh, one.en))):
        if len(tidy(text)) > LONGEST_NAME:
            raise BadValue(field="sections", value=text)
    classes = {(one.key, each.key) for one in all_sortings() for each in one.classes}
    if (scheme or class_key) and (scheme, class_key) not in classes:
        raise NoSuchSorting(key=f"{scheme} {class_key}"[:60])
    known = {*PROFILE, *(one.name for one in list_fields())}
    names = [one.name for section in sections for one in section.fields]
    for name in names:
        if name not in known or names.count(name) > 1:
            raise NoSuchFormField(name=name[:60])
    kept = [Section(tidy(one.zh), tidy(one.en), one.fields) for one in sections[:MOST_SECTIONS]]
    layout, _made = FormLayout.objects.select_for_update().get_or_create(scheme=scheme, class_key=class_key)
    before = {"sections": layout.sections, "visit_form": layout.visit_form}
    layout.sections, layout.visit_form = sections_to_json(kept), tidy(visit_form)
    layout.changed_at = at
    layout.save()
    all_forms.forget()
    after = {"sections": layout.sections, "visit_form": layout.visit_form}
    if before != after:
        record(event=FormLayoutChanged(scheme, class_key, before, after), by=by)
    return Layout(scheme, class_key, tuple(kept), layout.visit_form)


@transaction.atomic
def remove_layout(*, scheme: str, class_key: str, by: Actor, at: datetime) -> None:
    """Take a class's own form away: its customers then have the one of everybody else."""
    for layout in FormLayout.objects.filter(scheme=scheme, class_key=class_key):
        before: dict[str, object] = {"sections": layout.sections, "visit_form": layout.visit_form}
        layout.delete()
        record(event=FormLayoutChanged(scheme, class_key, before, {}), by=by)
    all_forms.forget()
