"""How the facts of this room's events read in the audit trail: labels as on pages, names for what is known by ids."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import get_organisation
from zhike.audit.public import Fact, Told, fact_sources, fact_words
from zhike.classification.models import Assignment, ClassOverride, Scheme
from zhike.classification.policies.kinds import FieldType, Names, PolicyField, policy_kinds
from zhike.classification.policies.words import say_field, say_place
from zhike.ui.public import format_month

type Text = str | Promise
type Mention = tuple[str, int | None]
OUTCOMES = {"confirmed": _("confirmed"), "changed": _("changed"), "postponed": _("postponed")}


def among(words: Mapping[str, Text]) -> Callable[[Any, Told], str]:
    """Return how one of several keys is said; one that is no more by itself."""
    return lambda key, told: str(words.get(key, key))


def columns(*nouns: str) -> Callable[[Sequence[int | None]], Iterable[Mention]]:
    """Return the subjects of a row of ids, one noun for each column."""
    return lambda row: zip(nouns, row, strict=False)


def say_move(move: Sequence[int | None], told: Told) -> str:
    """Say scheme, class before and class after; none stands for no class."""
    scheme, before, after = move
    return f"{told.name('scheme', scheme)} {told.name('class', before)} → {told.name('class', after)}"


def say_waiting(move: Sequence[int | None], told: Told) -> str:
    """Say customer, scheme, class, and class that would be left."""
    customer, scheme, into, out_of = move
    old, new = told.name("class", out_of), told.name("class", into)
    return f"{told.name('customer', customer)} · {told.name('scheme', scheme)} {old} → {new}"


def say_policy_kind(key: str, told: Told) -> str:
    return str(found.label) if (found := policy_kinds.get(key)) else key


def say_order(keys: Sequence[str], told: Told) -> str:
    """Return the names of schemes by their keys, in order."""
    names = {one.key: one.name for one in Scheme.objects.filter(key__in=keys)}
    return " → ".join(names.get(key, key) for key in keys)


def say_month(month: str, told: Told) -> str:
    return format_month(date.fromisoformat(f"{month[:7]}-01"))


FACTS = {
    "scheme_id": Fact(_("Management type"), noun="scheme"),
    "class_id": Fact(_("Class"), noun="class"),
    "out_of": Fact(_("Out of"), noun="class"),
    "owner_id": Fact(_("Owner"), noun="user"),
    "run_id": Fact(_("Run"), silent=True),
    "simulation_id": Fact(_("Simulation"), noun="simulation"),
    "version": Fact(_("Version")),
    "name_zh": Fact(_("Name in Chinese")),
    "name_en": Fact(_("Name in English")),
    "hue": Fact(_("Colour"), silent=True),
    "reason": Fact(_("Reason")),
    "ends_at": Fact(_("Valid until")),
    "next_on": Fact(_("Next review")),
    "closed": Fact(_("Customers who left their class")),
    "changed": Fact(_("Changes")),
    "as_of": Fact(_("As of")),
    "kept": Fact(_("Left as they are")),
    "SchemeOwnerChanged.owner_id": Fact(_("Responsible"), noun="user"),
    "SchemeCreated.kind": Fact(_("How it sorts"), say=among(dict(Scheme.Kind.choices))),
    "SchemeCreated.key": Fact(_("Key")),
    "ClassAdded.key": Fact(_("Key")),
    "SimulationAsked.before": Fact(_("Compared with version")),
    "SimulationAsked.after": Fact(_("Version")),
    "CustomerClassified.moves": Fact(_("Moves"), say=say_move, mentions=columns("scheme", "class", "class")),
    "CustomerClassified.cause": Fact(_("Why"), say=among({one.name.lower(): one.label for one in Assignment.Left})),
    "ClassesLeft.cause": Fact(_("Why"), say=among({one.name.lower(): one.label for one in Assignment.Left})),
    "OverrideEnded.cause": Fact(_("Why"), say=among({one.name.lower(): one.label for one in ClassOverride.Ended})),
    "MovesAwaitApproval.moves": Fact(
        _("Moves"), say=say_waiting, mentions=columns("customer", "scheme", "class", "class")
    ),
    "MoveDecided.approved": Fact(_("Approved")),
    "CustomerReviewed.outcome": Fact(_("Outcome"), say=among(OUTCOMES)),
    "PolicyChanged.kind": Fact(_("Policy"), say=say_policy_kind),
    "PolicyChanged.number": Fact(_("Version")),
    "PolicyOrderChanged.before": Fact(_("Order"), say=say_order, whole=True),
    "PolicyOrderChanged.after": Fact(_("Order"), say=say_order, whole=True),
    "StoreRepaired.parts": Fact(_("Parts"), silent=True),
    "StoreRepaired.months": Fact(_("Months"), say=say_month),
    "stay_days": Fact(_("Minimum stay, days")),
    "grace_days": Fact(_("Grace before a step down, days")),
    "leave_percent": Fact(_("Below the threshold before a tier is left, percent")),
    "ask_into": Fact(_("Wait for approval: moves into"), noun="class"),
    "ask_out_of": Fact(_("Wait for approval: moves out of"), noun="class"),
    "tell_into": Fact(_("Tell: moves into"), noun="class"),
    "tell_out_of": Fact(_("Tell: moves out of"), noun="class"),
}


def find_policy_fact(event: str, key: str, facts: Mapping[str, Any]) -> Fact | None:
    """Return how a field of a policy reads, by the kind of policy that the event names."""
    kind = policy_kinds.get(facts.get("kind", "")) if event == "PolicyChanged" else None
    one = next((each for each in kind.fields if each.key == key), None) if kind else None
    if one is None:
        return None
    match one.type:
        case FieldType.PERSON:
            return Fact(one.label, noun="user")
        case FieldType.TEAM:
            return Fact(one.label, noun="team")
        case FieldType.AREAS:
            return Fact(one.label, say=_say_area, mentions=lambda area: [_recipient(area["to"])])
    return Fact(one.label, say=lambda value, told: _say_field(one, value))


def _recipient(to: str) -> Mention:
    noun, _colon, number = to.partition(":")
    return ("user" if noun == "person" else noun, int(number) if number.isdecimal() else None)


def _say_area(area: Mapping[str, str], told: Told) -> str:
    return f"{say_place(area['place'])} → {told.name(*_recipient(area['to']))}"


def _say_field(one: PolicyField, value: Any) -> str:
    """Return a value as policies write it; the trail gives one of several at a time."""
    given = [value] if one.type == FieldType.SEVERAL else value
    return say_field(one, given, Names(currency=get_organisation().currency))


def register() -> None:
    fact_sources.add("policies", find_policy_fact)
    for key, fact in FACTS.items():
        fact_words.add(key, fact)
