"""The policies in force, which of them apply to a customer, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from zhike.accounts.public import User, get_organisation
from zhike.classification.models import CustomerClass, Policy, PolicyRank, Scheme
from zhike.classification.schemes.queries import get_class

from .errors import NoSuchKind
from .kinds import Names, PolicyKind, policy_kinds
from .personal import price_kinds, read_sorting
from .rules import Standing, choose
from .words import say_value

KEEPS = "customers.change_customer"  # who may own customers must be able to look after them


@dataclass(frozen=True, slots=True)
class Applied:
    """The policy of a kind that applies to a customer, those that give way to it, and those that the law bars."""

    kind: PolicyKind
    policy: Policy
    losers: Sequence[Policy] = ()
    words: str = ""
    losing_words: Sequence[tuple[Policy, str]] = ()


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """All policies in force, in memory: resolving costs no query. `barred` are schemes that prices may not follow."""

    policies: Mapping[str, Mapping[int, Policy]]  # kind → class id → policy
    standings: Mapping[int, Standing]  # class id → where it stands
    barred: Collection[int] = field(default_factory=set)
    names: Names = field(default_factory=Names)

    def of_class(self, class_id: int) -> dict[str, Policy]:
        return {kind: held[class_id] for kind, held in self.policies.items() if class_id in held}

    def resolve(self, class_ids: Collection[int], kind: PolicyKind) -> Applied | None:
        """Return which policy of a kind applies to somebody in these classes; None where no class gives one."""
        held = self.candidates(kind)
        choice = choose([self.standings[one] for one in class_ids if one in held])
        if choice is None:
            return None
        losers = [held[one] for one in choice.losers]
        return Applied(
            kind,
            held[choice.winner],
            losers,
            say_value(kind, held[choice.winner].value, self.names),
            [(one, say_value(kind, one.value, self.names)) for one in losers],
        )

    def candidates(self, kind: PolicyKind) -> Mapping[int, Policy]:
        """Return class id → policy of a kind, without those on prices that personal traits would decide."""
        held = self.policies.get(kind.key, {})
        if not kind.is_price or not self.barred:
            return held
        return {key: one for key, one in held.items() if one.to_class.scheme_id not in self.barred}

    def above(self, class_id: int, kind: PolicyKind) -> list[int]:
        """Return the classes whose policies of a kind go before that of a class."""
        mine = self.standings[class_id]
        return sorted(one for one in self.candidates(kind) if self.standings[one] < mine)


def read_book(*, with_names: bool = True) -> PolicyBook:
    """Return the policies in force of active schemes; at most six queries, one where there are none."""
    policies: dict[str, dict[int, Policy]] = {}
    rows = list(policies_in_force().select_related("to_class__scheme", "by"))
    if not rows:
        return PolicyBook({}, {})
    places = scheme_places()
    standings = {}
    for one in rows:
        if one.kind in policy_kinds:
            policies.setdefault(one.kind, {})[one.to_class_id] = one
            place = places[one.to_class.scheme_id]
            standings[one.to_class_id] = Standing(place, one.to_class.position, one.to_class_id)
    priced = {one.to_class.scheme_id for one in rows if one.kind in price_kinds()}
    sorting = read_sorting() if priced else None
    barred = {one for one in priced if sorting and sorting.personal(one)}
    return PolicyBook(policies, standings, barred, read_names() if with_names else Names())


def policies_in_force() -> QuerySet[Policy]:
    return Policy.objects.filter(
        valid_to=None, to_class__retired_at=None, to_class__scheme__status=Scheme.Status.ACTIVE
    )


def list_ordered_schemes() -> list[Scheme]:
    """Return the active schemes in the order in which their policies go before each other."""
    ranks = dict(PolicyRank.objects.values_list("scheme_id", "place"))
    schemes = Scheme.objects.filter(status=Scheme.Status.ACTIVE)
    return sorted(schemes, key=lambda one: (ranks.get(one.id, len(ranks) + 1000), one.position, one.id))


def scheme_places() -> dict[int, int]:
    """Return scheme id → its place in that order, 1 first."""
    return {one.id: place for place, one in enumerate(list_ordered_schemes(), 1)}


def list_schemes_with_classes() -> list[Scheme]:
    """Return the active schemes in the order of policies, each with its classes as `listed`: three queries."""
    listed: dict[int, list[CustomerClass]] = {}
    for one in CustomerClass.objects.filter(retired_at=None, scheme__status=Scheme.Status.ACTIVE).order_by(
        "position", "id"
    ):
        listed.setdefault(one.scheme_id, []).append(one)
    schemes = list_ordered_schemes()
    for scheme in schemes:
        scheme.__dict__["listed"] = listed.get(scheme.id, [])
    return schemes


def find_policy(*, class_id: int, kind: str) -> Policy | None:
    """Return the policy of a class in force.

    :raises NoSuchClass: if there is no such class; `NoSuchKind` for an unknown kind.
    """
    get_kind(kind)
    get_class(class_id=class_id)
    return Policy.objects.filter(to_class_id=class_id, kind=kind, valid_to=None).select_related("by").first()


def list_versions(*, class_id: int, kind: str, limit: int = 50) -> list[Policy]:
    """Return the values that a class had in a kind, newest first, with the class and who set them."""
    rows = Policy.objects.filter(to_class_id=class_id, kind=kind).select_related("to_class__scheme", "by")
    return list(rows.order_by("-number")[:limit])


def get_kind(key: str) -> PolicyKind:
    """:raises NoSuchKind:"""
    kind = policy_kinds.get(key)
    if kind is None:
        raise NoSuchKind(kind=key[:40], kinds=", ".join(policy_kinds.keys()))
    return kind


def list_keepers() -> list[User]:
    """Return the people who can own customers, by name, with their teams."""
    people = User.objects.filter(is_active=True, roles__permissions__contains=[KEEPS])
    return list(people.select_related("team").distinct().order_by("name", "id"))


def read_names() -> Names:
    """Return what people and teams are called, whoever they are: one query and the organisation."""
    people, teams = {}, {}
    for one in User.objects.select_related("team"):
        people[one.id] = one.name
        if one.team is not None:
            teams[one.team.id] = one.team.name
    return Names(people, teams, get_organisation().currency)


def who_can_own() -> tuple[set[int], set[int]]:
    """Return the ids of the people who can own customers, and of the teams that have such people."""
    keepers = list_keepers()
    return {one.id for one in keepers}, {one.team_id for one in keepers if one.team_id}
