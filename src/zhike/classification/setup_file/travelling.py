"""People and teams in policies as a file says them: by sign-in and team name, which other firms can give too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhike.accounts.public import User
from zhike.classification.policies.kinds import FieldType, PolicyKind
from zhike.classification.policies.queries import read_names


class NotHere(Exception):
    """Who a file names is not known here; the message says who."""


@dataclass(frozen=True, slots=True)
class Travelling:
    """Turns numbers of this installation into names, and back. A person is @ and the sign-in name."""

    logins: Mapping[int, str]
    teams: Mapping[int, str]

    def to_file(self, kind: PolicyKind, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return a policy's value with names for numbers; of who is gone the number stays."""
        found = dict(value)
        for one in kind.fields:
            held = found.get(one.key)
            if held and one.type is FieldType.PERSON:
                found[one.key] = self._say_person(held)
            elif held and one.type is FieldType.TEAM:
                found[one.key] = self.teams.get(held, held)
            elif held and one.type is FieldType.AREAS:
                found[one.key] = [{**row, "to": self._say_holder(row["to"])} for row in held]
        return found

    def from_file(self, kind: PolicyKind, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what `to_file` was given. Numbers, as older files have them, stay.

        :raises NotHere: if somebody, or a team, is unknown here.
        """
        found = dict(value)
        for one in kind.fields:
            held = found.get(one.key)
            if isinstance(held, str) and held and one.type is FieldType.PERSON:
                found[one.key] = self._find_person(held)
            elif isinstance(held, str) and held and one.type is FieldType.TEAM:
                found[one.key] = self._find_team(held)
            elif isinstance(held, list) and one.type is FieldType.AREAS:
                found[one.key] = [self._read_area(row) for row in held]
        return found

    def _say_person(self, number: int) -> int | str:
        return f"@{self.logins[number]}" if number in self.logins else number

    def _say_holder(self, held: str) -> str:
        noun, _colon, number = held.partition(":")
        if noun == "team":
            return f"team:{self.teams.get(int(number), number)}"
        said = self._say_person(int(number))
        return said if isinstance(said, str) else held

    def _read_area(self, row: Any) -> Any:
        to = row.get("to") if isinstance(row, Mapping) else None
        if not isinstance(to, str):
            return row
        noun, _colon, name = to.partition(":")
        if to.startswith("@"):
            return {**row, "to": f"person:{self._find_person(to)}"}
        if noun == "team" and name:
            return {**row, "to": f"team:{self._find_team(name)}"}
        return row

    def find_login(self, text: str) -> int:
        """Return who signs in so; `text` is @ and the name.

        :raises NotHere:
        """
        found = self._find_person(text if text.startswith("@") else f"@{text}")
        return int(found)

    def _find_person(self, text: str) -> int | str:
        if not text.startswith("@"):
            return text
        for number, login in self.logins.items():
            if login == text[1:]:
                return number
        said = _("nobody here signs in as “{login}”; make that account first, or name somebody else.")
        raise NotHere(said.format(login=text[1:61]))

    def _find_team(self, text: str) -> int | str:
        for number, name in self.teams.items():
            if name == text:
                return number
        if text.isascii() and text.isdigit():
            return text
        said = _("there is no team “{team}” with people in it here; make it first, or name another one.")
        raise NotHere(said.format(team=text[:60]))


def read_travelling() -> Travelling:
    return Travelling(dict(User.objects.values_list("id", "login")), read_names().teams)
