"""Who gets a customer. Pure: what is known of people and teams comes in, whom to take comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Desk:
    """Chooses owners one after the other and remembers what it gave.

    `teams` holds the ids of the people of each team who can own customers, `turns` how many customers each team has
    been given in turn so far, `loads` how many customers each person has.
    """

    teams: Mapping[int, list[int]]
    people: frozenset[int]
    turns: dict[int, int] = field(default_factory=dict)
    loads: dict[int, int] = field(default_factory=dict)

    def choose(self, value: Mapping[str, Any], *, province: str, city: str, now: int | None) -> int | None:
        """Return the owner by an owner policy; None where it names nobody who can have the customer.

        Who has the customer now (by an earlier policy) keeps it where this policy could have chosen the same.
        """
        match value.get("assign"):
            case "person":
                found = self._person(value["person"])
            case "turns":
                found = self._keep(value["team"], now) or self._in_turn(value["team"])
            case "load":
                found = self._keep(value["team"], now) or self._least_loaded(value["team"])
            case "territory":
                found = self._by_area(value["areas"], province, city, now)
            case _:
                found = None
        if found is not None and found != now:
            self.loads[found] = self.loads.get(found, 0) + 1
            if now is not None and now in self.loads:
                self.loads[now] -= 1
        return found

    def _person(self, user_id: int) -> int | None:
        return user_id if user_id in self.people else None

    def _keep(self, team_id: int, now: int | None) -> int | None:
        return now if now in self.teams.get(team_id, []) else None

    def _in_turn(self, team_id: int) -> int | None:
        people = self.teams.get(team_id, [])
        if not people:
            return None
        turn = self.turns.get(team_id, 0)
        self.turns[team_id] = turn + 1
        return people[turn % len(people)]

    def _least_loaded(self, team_id: int) -> int | None:
        people = self.teams.get(team_id, [])
        return min(people, key=lambda one: (self.loads.get(one, 0), one)) if people else None

    def _by_area(self, areas: list[dict[str, str]], province: str, city: str, now: int | None) -> int | None:
        recipients = {one["place"]: one["to"] for one in areas}
        to = (recipients.get(city) if city else None) or (recipients.get(province) if province else None)
        if to is None:
            return None
        noun, _colon, number = to.partition(":")
        if noun == "person":
            return self._person(int(number))
        return self._keep(int(number), now) or self._least_loaded(int(number))


def teams_named(value: Mapping[str, Any]) -> set[int]:
    """Return the teams among which an owner policy may choose."""
    if value.get("assign") in ("turns", "load"):
        return {value["team"]}
    if value.get("assign") == "territory":
        return {int(one["to"].removeprefix("team:")) for one in value["areas"] if one["to"].startswith("team:")}
    return set()
