"""The kinds of policy that the product brings along."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from zhike.ui.public import format_number

from .kinds import FieldType, Names, PolicyField, PolicyKind, Text, personal_traits, policy_kinds

OWNER = "owner"
REVIEW = "review"
PERSON, TURNS, LOAD, TERRITORY = "person", "turns", "load", "territory"
OWNER_KINDS = (
    ("dedicated", gettext_lazy("Dedicated manager")),
    ("shared", gettext_lazy("Shared manager")),
    ("team", gettext_lazy("The team together")),
    ("self", gettext_lazy("Self-service")),
)
ASSIGN = (
    ("", gettext_lazy("Owners are chosen by hand")),
    (PERSON, gettext_lazy("One named person")),
    (TURNS, gettext_lazy("The people of a team in turn")),
    (LOAD, gettext_lazy("Who of a team has the fewest customers")),
    (TERRITORY, gettext_lazy("By province or city")),
)
CHANNELS = (
    ("phone", gettext_lazy("Phone")),
    ("wechat", gettext_lazy("WeChat")),
    ("wecom", gettext_lazy("WeCom")),
    ("sms", gettext_lazy("Text message")),
    ("email", gettext_lazy("E-mail")),
    ("visit", gettext_lazy("Visit")),
)
OCCASIONS = (
    ("birthday", gettext_lazy("Birthday")),
    ("festival", gettext_lazy("Festivals")),
    ("anniversary", gettext_lazy("Anniversary of the first order")),
    ("after_purchase", gettext_lazy("After a purchase")),
    ("silent", gettext_lazy("Silent for long")),
)
CLOCKS = (("business", gettext_lazy("Business hours")), ("always", gettext_lazy("Around the clock")))
BONUSES = (
    ("points", gettext_lazy("Extra points")),
    ("coupon", gettext_lazy("Coupons")),
    ("gift", gettext_lazy("Gifts")),
    ("shipping", gettext_lazy("Free shipping")),
    ("terms", gettext_lazy("Longer payment terms")),
)
APPROVERS = (
    ("lead", gettext_lazy("Team lead")),
    ("director", gettext_lazy("Sales director")),
    ("board", gettext_lazy("Management")),
)
PERSONAL = (
    "gender",
    "sex",
    "age",
    "birthday",
    "birthdate",
    "income",
    "occupation",
    "education",
    "marital",
    "ethnicity",
    "religion",
    "health",
)


def _check_owner(value: Mapping[str, Any]) -> tuple[str, Text] | None:
    needed = {PERSON: "person", TURNS: "team", LOAD: "team", TERRITORY: "areas"}.get(value.get("assign", ""))
    if needed and not value.get(needed):
        return needed, gettext_lazy("Choose one: this way of finding the owner needs it.")
    if value.get("automatic") and not needed:
        return "automatic", gettext_lazy("Choose how the owner is found, or take this tick away.")
    return None


def _check_hours(value: Mapping[str, Any]) -> tuple[str, Text] | None:
    if value["resolve_hours"] < value["response_hours"]:
        return "resolve_hours", gettext_lazy("Solving cannot be due before the first answer.")
    return None


def _owner_words(value: Mapping[str, Any], names: Names) -> str:
    kind = str(dict(OWNER_KINDS)[value["owner_kind"]])
    team = names.teams.get(value.get("team", 0), "?")
    how = {
        PERSON: names.people.get(value.get("person", 0), "?"),
        TURNS: _("{team} in turn").format(team=team),
        LOAD: _("{team}, fewest customers first").format(team=team),
        TERRITORY: ngettext("by {count} area", "by {count} areas", len(value.get("areas", []))).format(
            count=format_number(len(value.get("areas", [])))
        ),
    }.get(value.get("assign", ""))
    return f"{kind} · {how}" if how else kind


def _service_words(value: Mapping[str, Any], names: Names) -> str:
    return _("answer in {response} h, solve in {resolve} h ({clock})").format(
        response=format_number(value["response_hours"]),
        resolve=format_number(value["resolve_hours"]),
        clock=_chosen(CLOCKS, [value["clock"]]),
    )


def _care_words(value: Mapping[str, Any], names: Names) -> str:
    return _joined([_chosen(OCCASIONS, value["occasions"]), value.get("note", "")])


def _contact_words(value: Mapping[str, Any], names: Names) -> str:
    every = _("every {days} days").format(days=format_number(value["every_days"]))
    most = ""
    if value.get("most_a_month"):
        most = _("at most {count} a month").format(count=format_number(value["most_a_month"]))
    return _joined([every, most, _chosen(CHANNELS, value.get("channels", []))])


def _discount_words(value: Mapping[str, Any], names: Names) -> str:
    most = _("up to {percent}% off").format(percent=value["most_percent"])
    above = value.get("above")
    return _joined([most, _("above that: {who}").format(who=_chosen(APPROVERS, [above])) if above else ""])


def _incentive_words(value: Mapping[str, Any], names: Names) -> str:
    return _joined([_chosen(BONUSES, value["bonuses"]), value.get("note", "")])


def _review_words(value: Mapping[str, Any], names: Names) -> str:
    return _("every {days} days").format(days=format_number(value["every_days"]))


def _form_words(value: Mapping[str, Any], names: Names) -> str:
    return str(value["form"])


def _chosen(choices: Sequence[tuple[str, Text]], keys: Sequence[str]) -> str:
    return pgettext("between names in a list", ", ").join(str(label) for key, label in choices if key in keys)


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)


_F, _T = PolicyField, FieldType
KINDS = (
    PolicyKind(
        OWNER,
        gettext_lazy("Owner"),
        gettext_lazy("Who answers for these customers, and how that person is found."),
        "user-check",
        (
            _F("owner_kind", gettext_lazy("Kind of owner"), _T.CHOICE, True, choices=OWNER_KINDS),
            _F("assign", gettext_lazy("How the owner is found"), _T.CHOICE, choices=ASSIGN),
            _F(
                "person",
                gettext_lazy("Named person"),
                _T.PERSON,
                note=gettext_lazy("For: one named person."),
            ),
            _F(
                "team",
                gettext_lazy("Team"),
                _T.TEAM,
                note=gettext_lazy("For: in turn, or who has the fewest customers."),
            ),
            _F(
                "areas",
                gettext_lazy("Areas"),
                _T.AREAS,
                note=gettext_lazy("For: by province or city. A city goes before its province."),
            ),
            _F(
                "automatic",
                gettext_lazy("Give owners by itself from now on"),
                _T.TICK,
                note=gettext_lazy("Else somebody looks at the preview and gives them. A choice by hand always stays."),
            ),
        ),
        _owner_words,
        _check_owner,
    ),
    PolicyKind(
        "service_level",
        gettext_lazy("Service level"),
        gettext_lazy("How soon they get an answer, and a solution."),
        "clock",
        (
            _F("response_hours", gettext_lazy("First answer within, hours"), _T.WHOLE, True, 1, 720),
            _F("resolve_hours", gettext_lazy("Solved within, hours"), _T.WHOLE, True, 1, 2160),
            _F("clock", gettext_lazy("Hours count"), _T.CHOICE, True, choices=CLOCKS),
        ),
        _service_words,
        _check_hours,
    ),
    PolicyKind(
        "care_plan",
        gettext_lazy("Customer care"),
        gettext_lazy("On which occasions somebody turns to them."),
        "calendar-heart",
        (
            _F("occasions", gettext_lazy("Occasions"), _T.SEVERAL, True, choices=OCCASIONS),
            _F("note", gettext_lazy("What is done"), _T.TEXT, most=200),
        ),
        _care_words,
    ),
    PolicyKind(
        "contact",
        gettext_lazy("Contact frequency"),
        gettext_lazy("How often somebody is in touch, and by which channels."),
        "phone-outgoing",
        (
            _F("every_days", gettext_lazy("In touch at least every, days"), _T.WHOLE, True, 1, 730),
            _F("most_a_month", gettext_lazy("In touch a month at most, times"), _T.WHOLE, False, 1, 100),
            _F("channels", gettext_lazy("Channels"), _T.SEVERAL, choices=CHANNELS),
        ),
        _contact_words,
    ),
    PolicyKind(
        "discount",
        gettext_lazy("Discount authority"),
        gettext_lazy("What their owner may take off the price without asking."),
        "tag",
        (
            _F("most_percent", gettext_lazy("Discount up to, %"), _T.PERCENT, True, 0, 100),
            _F("above", gettext_lazy("Above that, ask"), _T.CHOICE, choices=(("", "–"), *APPROVERS)),
        ),
        _discount_words,
        is_price=True,
    ),
    PolicyKind(
        "incentive",
        gettext_lazy("Incentives"),
        gettext_lazy("What they get on top."),
        "gift",
        (
            _F("bonuses", gettext_lazy("Incentives"), _T.SEVERAL, True, choices=BONUSES),
            _F("note", gettext_lazy("Details"), _T.TEXT, most=200),
        ),
        _incentive_words,
        is_price=True,
    ),
    PolicyKind(
        REVIEW,
        gettext_lazy("Regular review"),
        gettext_lazy("How often somebody looks whether they are in the right class."),
        "calendar-check",
        (_F("every_days", gettext_lazy("Review every, days"), _T.WHOLE, True, 7, 730),),
        _review_words,
    ),
    PolicyKind(
        "form",
        gettext_lazy("Return-visit form"),
        gettext_lazy("Which form is used when somebody visits or calls them."),
        "clipboard",
        (_F("form", gettext_lazy("Name of the form"), _T.TEXT, True, most=60),),
        _form_words,
    ),
)


def register() -> None:
    for kind in KINDS:
        policy_kinds.add(kind.key, kind)
    for trait in PERSONAL:
        personal_traits.add(trait, trait)
