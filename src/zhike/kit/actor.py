"""Who does something: passed as `by=` to every action."""

from dataclasses import dataclass, field
from enum import StrEnum


class Scope(StrEnum):
    """Whose records a person may see."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an integration or the system itself, with the rights they hold at this moment.

    `team_user_ids` are the people whose records count as the team's; it holds the actor too.
    """

    kind: str  # "user", "token" or "system"
    id: int | None
    name: str
    permissions: frozenset[str] = frozenset()
    scope: Scope = Scope.OWN
    team_user_ids: frozenset[int] = field(default_factory=frozenset)

    def may(self, permission: str) -> bool:
        return self.kind == "system" or permission in self.permissions


SYSTEM = Actor(kind="system", id=None, name="system", scope=Scope.ALL)
