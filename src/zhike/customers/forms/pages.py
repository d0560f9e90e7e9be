"""What the pages of forms need: forms by class, the editor of one, and a preview."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from zhike.customers.custom_fields.definitions import list_fields, name_of
from zhike.customers.errors import BadValue, NoSuchSorting
from zhike.customers.forms.layouts import PROFILE, FormField, Layout, Section, all_forms, read_forms
from zhike.customers.forms.queries import get_layout, list_missing, whole_layout
from zhike.customers.forms.registries import all_sortings
from zhike.customers.models import Customer
from zhike.customers.profile.labels import FIELD_LABELS
from zhike.customers.rights import CHANGE
from zhike.kit.actor import Actor

SECTIONS = 6  # that the editor offers
EVERYBODY = "-"  # in the address: the form of everybody else


class FormRow(NamedTuple):
    """A form in the list: of a class, or of everybody else."""

    scheme: str
    class_key: str
    name: str
    hue: str
    sections: Sequence[str]
    fields: int
    required: int
    visit_form: str
    own: bool


def forms_page() -> dict[str, Any]:
    forms = read_forms()
    sorting = next((one for one in all_sortings() if one.key == forms.scheme), None)
    rows = (
        [_row(forms.scheme, each.key, each.name, each.hue, forms.layouts) for each in sorting.classes]
        if sorting
        else []
    )
    rows.append(_row("", "", _("Everybody else") if rows else _("All customers"), "plain", forms.layouts))
    return {"rows": rows, "sorting": sorting, "scheme": forms.scheme}


def _row(scheme: str, key: str, name: str, hue: str, layouts: Mapping[tuple[str, str], Layout]) -> FormRow:
    layout = layouts.get((scheme, key))
    sections = [one.title for one in layout.sections] if layout else []
    fields = layout.fields if layout else []
    required = sum(one.required for one in fields)
    visit_form = layout.visit_form if layout else ""
    return FormRow(scheme, key, name, hue, sections, len(fields), required, visit_form, layout is not None)


class FieldPlace(NamedTuple):
    """Where a field stands in a form: section number (0: not shown), its order there."""

    name: str
    label: str
    section: int
    order: int
    required: bool


def editor_page(scheme: str, class_key: str, *, draft: Layout | None = None) -> dict[str, Any]:
    """Return the context of a form's editor; `draft` is what was typed and is not saved.

    :raises NoSuchSorting: if there is no such class.
    """
    name = _("Everybody else")
    if scheme:
        names = {(one.key, each.key): each.name for one in all_sortings() for each in one.classes}
        if (scheme, class_key) not in names:
            raise NoSuchSorting(key=f"{scheme} {class_key}"[:60])
        name = names[scheme, class_key]
    kept = all_forms().layouts.get((scheme, class_key))
    layout = draft or whole_layout(kept or all_forms().layouts.get(("", "")))
    titles = [(number, *_titles(layout, number)) for number in range(1, SECTIONS + 1)]
    return {
        "name": name, "scheme": scheme, "class_key": class_key or EVERYBODY, "layout": layout, "own": kept is not None,
        "titles": titles, "places": _places(layout), "numbers": range(1, SECTIONS + 1), "preview": preview(layout),
    }  # fmt: skip


def _titles(layout: Layout, number: int) -> tuple[str, str]:
    if number > len(layout.sections):
        return "", ""
    section = layout.sections[number - 1]
    return section.zh, section.en


def field_labels() -> dict[str, str]:
    """Return what a form may show, by name."""
    return {name: str(FIELD_LABELS[name]) for name in PROFILE} | {one.name: name_of(one) for one in list_fields()}


def _places(layout: Layout) -> list[FieldPlace]:
    found, labels = [], field_labels()
    for number, section in enumerate(layout.sections, 1):
        for order, one in enumerate(section.fields, 1):
            if one.name in labels:
                found.append(FieldPlace(one.name, labels.pop(one.name), number, order, one.required))
    return found + [FieldPlace(name, label, 0, 0, False) for name, label in labels.items()]


def preview(layout: Layout) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Return sections with the labels of their fields and whether each is required."""
    labels = field_labels()
    sections = [
        (one.title, [(labels[each.name], each.required) for each in one.fields if each.name in labels])
        for one in layout.sections
    ]
    return [(title, members) for title, members in sections if members]


def read_layout(post: Mapping[str, str], *, scheme: str, class_key: str) -> Layout:
    """Return the form that was typed into the editor. :raises BadValue: if a section or a place is no number."""
    placed: dict[int, list[tuple[int, FormField]]] = {}
    for name in field_labels():
        number, order = (_number(post.get(f"{part}_{name}", "")) for part in ("section", "order"))
        if 1 <= number <= SECTIONS:
            placed.setdefault(number, []).append((order or 999, FormField(name, f"required_{name}" in post)))
    sections = tuple(
        Section(
            post.get(f"zh_{number}", ""),
            post.get(f"en_{number}", ""),
            tuple(one for _order, one in sorted(members, key=lambda pair: pair[0])),
        )
        for number, members in sorted(placed.items())
    )
    return Layout(scheme, class_key, sections, post.get("visit_form", ""))


def _number(text: str) -> int:
    if text.strip() and not (text.isdecimal() and len(text) < 4):
        raise BadValue(field="sections", value=text)
    return int(text.strip() or 0)


def load_missing(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """Return what the customer's page says of what their form requires and they lack; None where nothing lacks."""
    lacking = list_missing(customer) if customer.archived_at is None else []
    if not lacking:
        return None
    labels = field_labels()
    layout = get_layout(customer)
    return {
        "lacking": [labels[name] for name in lacking if name in labels],
        "may_fill": actor.may(CHANGE),
        "visit_form": layout.visit_form if layout else "",
    }
