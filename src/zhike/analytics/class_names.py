"""Names and colours of the classes that a card names by number."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from zhike.classification.public import list_schemes_in_force


@dataclass(frozen=True, slots=True)
class NamedClass:
    name: str
    hue: str


@dataclass(frozen=True, slots=True)
class NamedScheme:
    """A type as it is named now."""

    name: str
    kind: str = ""
    classes: Mapping[int, NamedClass] = field(default_factory=dict)

    def name_of(self, class_id: int | None, nobody: str) -> NamedClass:
        """Return the name of a class; `nobody` is what it is called to be in none."""
        if class_id is None:
            return NamedClass(nobody, "plain")
        return self.classes.get(class_id) or NamedClass(_("Former class"), "plain")


type Schemes = Mapping[int, NamedScheme]


def name_schemes() -> Schemes:
    """Return the types in force by number."""
    return {
        one.scheme.id: NamedScheme(
            one.scheme.name, one.scheme.kind, {each.id: NamedClass(each.name, each.hue) for each in one.classes}
        )
        for one in list_schemes_in_force()
    }


def scheme_of(schemes: Schemes, scheme_id: int) -> NamedScheme:
    """Return a type, also one that is no longer in force: its classes have no names then."""
    return schemes.get(scheme_id) or NamedScheme(_("Former type"))
