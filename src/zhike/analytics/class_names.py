"""Names and colours of the classes that a card names by number."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhike.classification.public import list_schemes_in_force


@dataclass(frozen=True, slots=True)
class NamedClass:
    name: str
    hue: str


@dataclass(frozen=True, slots=True)
class NamedScheme:
    """A type as it is named now; `classes` that it no longer has are called so."""

    name: str
    classes: Mapping[int, NamedClass]
    nobody: str  # what it is called to be in no class

    def name_of(self, class_id: int | None) -> NamedClass:
        if class_id is None:
            return NamedClass(self.nobody, "plain")
        return self.classes.get(class_id) or NamedClass(_("Former class"), "plain")


def name_schemes(*, nobody: str) -> dict[int, NamedScheme]:
    """Return the types in force by number."""
    return {
        one.scheme.id: NamedScheme(
            one.scheme.name, {each.id: NamedClass(each.name, each.hue) for each in one.classes}, nobody
        )
        for one in list_schemes_in_force()
    }


def scheme_of(schemes: Mapping[int, NamedScheme], scheme_id: int, *, nobody: str) -> NamedScheme:
    """Return a type, also one that is no longer in force: its classes have no names then."""
    return schemes.get(scheme_id) or NamedScheme(_("Former type"), {}, nobody)
