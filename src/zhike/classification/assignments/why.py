"""Why a customer is in a class: the values that decided, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.classification.models import Assignment, CustomerMetrics, PendingMove, Scheme
from zhike.customers.public import Customer
from zhike.ui.public import format_day, format_money, format_number

from .kept_out import KeptOut
from .queries import HeldClass, Says
from .rule_why import explain_rule
from .weighing_why import priority_lines, strategic_lines

type Text = str | Promise
FIELDS: dict[str, Text] = {
    "region": gettext_lazy("Country or region"),
    "country": gettext_lazy("Country or region"),
    "province": gettext_lazy("Province"),
    "city": gettext_lazy("City"),
    "kind": gettext_lazy("Kind of customer"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One value that decided. `mark`: "check" it met the class, "x" it did not, "minus" it is what comes next."""

    label: str
    value: str
    note: str = ""
    mark: str = "check"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the reasons are told from: the customer's figures as of the last run's day."""

    metrics: CustomerMetrics
    as_of: date
    currency: str
    run_id: int | None = None
    revenue: int | None = None  # net amount of all customers, where a rule asks for shares of it

    @property
    def recency(self) -> int | None:
        return (self.as_of - self.metrics.last_day).days if self.metrics.last_day else None

    @property
    def gap(self) -> int | None:
        last, before = self.metrics.last_day, self.metrics.previous_day
        return (last - before).days if last and before else None


def list_reasons(held: HeldClass, customer: Customer, figures: Figures) -> list[Reason]:
    """Return what put a customer into the class they hold, most decisive first, and what waits beside it."""
    reasons = _set_by_hand(held) if held.is_overridden else _ruled(held, customer, figures)
    if held.says is None:
        return reasons
    name = held.says.to_class.name if held.says.to_class else _("none")
    return [*reasons, Reason(_("The rule says"), name, _waits(held.says), "minus")]


def _set_by_hand(held: HeldClass) -> list[Reason]:
    evidence = dict(held.assignment.evidence or {})
    until = evidence.get("until")
    note = _until(datetime.fromisoformat(until) if until else None)
    reasons = [
        Reason(_("Set by hand"), held.assignment.by.name if held.assignment.by else "", note, "user-edit"),
        Reason(_("Reason"), "", str(evidence.get("reason", ""))),
    ]
    if held.says is None:
        reasons.append(Reason(_("The rule says"), held.held.name, _("the same"), "minus"))
    return reasons


def tell_kept_out(kept: KeptOut) -> list[Reason]:
    """Return who keeps a customer out of a class, why and until when, and what its rule says."""
    row = kept.override
    note = _until(row.ends_at)
    says = (kept.out_of.name, _("comes back when what was set by hand ends")) if kept.rule_met else (_("none"), "")
    return [
        Reason(_("Kept out by hand"), row.set_by.name if row.set_by else "", note, "user-edit"),
        Reason(_("Reason"), "", row.reason),
        Reason(_("The rule says"), *says, "minus"),
    ]


def _until(ends_at: datetime | None) -> str:
    """Name the last day: what ends with a day ends at the first instant of the next one."""
    if ends_at is None:
        return _("until taken off")
    return _("until {day}").format(day=format_day(ends_at - timedelta(microseconds=1)))


def _waits(says: Says) -> str:
    """Return why what the rule says does not hold yet."""
    match says.cause:
        case PendingMove.Cause.OVERRIDE:
            return _("comes back when what was set by hand ends")
        case PendingMove.Cause.STAY:
            text = _("the class is held for a minimum stay, until {day}")
        case PendingMove.Cause.GRACE:
            text = _("a step down has a time of grace, until {day}")
        case PendingMove.Cause.MARGIN:
            return _("still near the threshold of the class that is held")
        case PendingMove.Cause.APPROVAL:
            return _("waits for approval")
        case PendingMove.Cause.DECLINED:
            return _("declined by a colleague")
    return text.format(day=format_day(says.due_at) if says.due_at else "")


def _ruled(held: HeldClass, customer: Customer, figures: Figures) -> list[Reason]:
    parameters = held.version.parameters if held.version else {}
    evidence = dict(held.assignment.evidence or {})
    match held.scheme.kind:
        case Scheme.Kind.LIFECYCLE:
            return _lifecycle(held.held.key, parameters, figures)
        case Scheme.Kind.VALUE_TIER:
            return _value_tier(held, parameters, evidence, figures)
        case Scheme.Kind.RFM:
            return _rfm(parameters, figures)
        case Scheme.Kind.ATTRIBUTE:
            return _attribute(held, parameters)
        case Scheme.Kind.PRIORITY:
            return [Reason(*line) for line in priority_lines(parameters, evidence)]
        case Scheme.Kind.STRATEGIC:
            return [Reason(*line) for line in strategic_lines(held.held.key, parameters, evidence, figures.currency)]
        case Scheme.Kind.RULE:
            return [
                Reason(one.label, one.value, one.note, "check" if one.met else "x")
                for one in explain_rule(
                    held, customer, figures.metrics, figures.as_of, figures.currency, revenue=figures.revenue
                )
            ]
    return _hand(held.assignment)


def _lifecycle(key: str, parameters: Mapping[str, Any], figures: Figures) -> list[Reason]:
    metrics, recency = figures.metrics, figures.recency
    if metrics.last_day is None or recency is None:
        return [
            Reason(_("Purchase days"), "0", _("A purchase day is one whose net amount is above 0; there is none yet"))
        ]
    reasons = [Reason(_("Last purchase"), format_day(metrics.last_day), _recency_note(key, recency, parameters))]
    if key in ("lost", "at_risk"):
        if key == "at_risk":
            left = parameters["lost_days"] - recency + 1
            reasons.append(
                Reason(_("What comes next"), _in_days(left), _("Without a purchase until then: lost"), "minus")
            )
        return reasons
    if (gap := figures.gap) is not None:
        most = parameters["won_back_gap_days"]
        note = _("since the purchase before, {over} {most}").format(
            over=_("more than") if gap > most else _("not more than"), most=_days(most)
        )
        reasons.append(Reason(_("Gap before it"), _days(gap), note))
    if key == "first_purchase":
        reasons.append(Reason(_("Purchase days ever"), "1", _("Bought on one day only")))
    if key in ("repeat", "loyal"):
        reasons.append(_often(metrics.frequency, parameters))
    left = parameters["at_risk_days"] - recency + 1
    reasons.append(Reason(_("What comes next"), _in_days(left), _("Without a purchase until then: at risk"), "minus"))
    return reasons


def _recency_note(key: str, recency: int, parameters: Mapping[str, Any]) -> str:
    at_risk, lost = parameters["at_risk_days"], parameters["lost_days"]
    if key == "lost":
        return _("{days} ago, more than {most}").format(days=_days(recency), most=_days(lost))
    if key == "at_risk":
        return _("{days} ago, more than {most}, not more than {limit}").format(
            days=_days(recency), most=_days(at_risk), limit=_days(lost)
        )
    return _("{days} ago, not more than {most}").format(days=_days(recency), most=_days(at_risk))


def _often(frequency: int, parameters: Mapping[str, Any]) -> Reason:
    wanted = parameters["loyal_purchase_days"]
    label = _("Purchase days in {days}").format(days=_days(parameters["window_days"]))
    if frequency >= wanted:
        return Reason(label, format_number(frequency), _("Loyal from {wanted} on").format(wanted=wanted))
    return Reason(label, format_number(frequency), _("Loyal from {wanted} on").format(wanted=wanted), "x")


def _value_tier(
    held: HeldClass, parameters: Mapping[str, Any], evidence: Mapping[str, Any], figures: Figures
) -> list[Reason]:
    label = _("Net amount in {days}").format(days=_days(parameters.get("window_days", 365)))
    reasons = [Reason(label, format_money(figures.metrics.monetary, figures.currency))]
    for place, cut in enumerate(evidence.get("cuts", [])):
        if place >= len(held.classes) - 1:
            break
        reached = figures.metrics.monetary >= int(cut)
        note = _("{name} from {amount} on, when the class was found").format(
            name=held.classes[place].name, amount=format_money(int(cut), figures.currency)
        )
        mark = "check" if reached and held.classes[place].id == held.held.id else "minus"
        if not reached:
            missing = format_money(int(cut) - figures.metrics.monetary, figures.currency)
            reasons.append(
                Reason(_("Short of {name} by").format(name=held.classes[place].name), missing, note, "minus")
            )
        else:
            reasons[0] = Reason(label, reasons[0].value, note, mark)
            break
    return reasons


def _rfm(parameters: Mapping[str, Any], figures: Figures) -> list[Reason]:
    metrics, high = figures.metrics, parameters.get("high_from", {})
    days = _days(parameters.get("window_days", 365))
    rows = (
        ("r", _("Recency"), _days(figures.recency or 0), metrics.rfm_r, _("days since the last purchase")),
        ("f", _("Frequency"), format_number(metrics.frequency), metrics.rfm_f, _("purchase days in {days}")),
        (
            "m",
            _("Monetary"),
            format_money(metrics.monetary, figures.currency),
            metrics.rfm_m,
            _("net amount in {days}"),
        ),
    )
    reasons = []
    for axis, name, value, score, meaning in rows:
        if score is None:
            continue
        verdict = _("high") if score >= high.get(axis, 4) else _("low")
        note = _("{meaning}; {score} of {most} points: {verdict}").format(
            meaning=meaning.format(days=days), score=score, most=parameters.get("score_count", 5), verdict=verdict
        )
        reasons.append(Reason(f"{name} {score}", value, note, "check" if score >= high.get(axis, 4) else "minus"))
    return reasons


def _attribute(held: HeldClass, parameters: Mapping[str, Any]) -> list[Reason]:
    label = str(FIELDS.get(parameters.get("attribute", ""), parameters.get("attribute", "")))
    return [Reason(label, held.held.name, _("As the profile says"))]


def _hand(assignment: Assignment) -> list[Reason]:
    evidence = dict(assignment.evidence or {})
    return [Reason(_("Reason"), "", str(evidence.get("reason", "")))]


def _in_days(count: int) -> str:
    return _("in {count} days").format(count=format_number(count))


def _days(count: int) -> str:
    return _("{count} days").format(count=format_number(count))
