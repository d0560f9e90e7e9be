"""The card of a run of the value model in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhike.analytics.runs.cards import Card, CardChart, CardPart, CardTable
from zhike.ui.public import format_day, format_exact, format_number, format_share

from .words import MEANINGS, NAMES, say_plain

SERIES = (("actual", "--zk-ink-3"), ("predicted", "--zk-chart"), ("naive", "--zk-ink-3"))


def describe(card: Mapping[str, Any]) -> Card:
    return Card(_figures(card), [one for one in (_comparison(card), _bands(card), *_fits(card)) if one], _notes(card))


def _figures(card: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the figures by which runs are compared."""
    held, best = card.get("held_out"), _best(card)
    test = best.get("holdout", {}) if best else {}
    again = format_share(_ratio(card["repeat_buyers"], card["buyers"]))
    found = [
        (_("Model"), _short(card["chosen"]) if card["chosen"] else "–", _meaning(card["chosen"])),
        (_("Buyers"), format_number(card["buyers"]), _("bought again: {share}").format(share=again)),
    ]
    if held and test:
        note = _("happened: {count}").format(count=format_number(held["actual_total"]))
        found.append((_("Foretold purchases"), format_number(round(test["total"])), note))
        naive = _("own rate so far: {error}").format(error=_number(held["naive"]["mae"]))
        found.append((_("Mean error a customer"), _number(test["mae"]), naive))
        found.append((_("Log score"), _number(test.get("log_score")), ""))
    return [*found, (_("Bought again"), again, "")]


def _best(card: Mapping[str, Any]) -> dict[str, Any] | None:
    return next((one for one in card["models"] if one["model"] == card["chosen"]), None)


def _comparison(card: Mapping[str, Any]) -> CardPart | None:
    held = card.get("held_out")
    if not held:
        return None
    heading = [_("Model"), _("Purchase days foretold"), _("Mean error"), _("Root mean square"), _("Log score")]
    rows = [[_("What really happened"), format_number(held["actual_total"]), "–", "–", "–"]]
    marked, untested = None, []
    for one in card["models"]:
        test = one.get("holdout")
        marked = len(rows) if one["model"] == card["chosen"] else marked
        rows.append([_short(one["model"]), *(_tested(test) if test else ["–"] * 4)])
        if not test and (why := say_plain(one.get("not_tested") or one["reason"])):
            untested.append(f"{_short(one['model'])}: {why}")
    rows.append([_("Everybody goes on at their own rate so far"), *_tested(held["naive"])])
    if common := held.get("common"):
        rows.append([_("Everybody buys at the same rate"), *_tested(common)])
    title = _("Foretold and happened: what the models had not seen")
    note = _(
        "Fitted on purchases until {until}, compared with the {weeks} weeks after. The model with the best log score "
        "is taken and fitted again on everything."
    ).format(until=format_day(date.fromisoformat(held["until"])), weeks=_number(held["weeks"], 1))
    return CardPart(CardTable(title, heading, rows, marked=marked, note=" · ".join([note, *untested])))


def _tested(test: Mapping[str, Any]) -> list[str]:
    errors = [_number(test.get(name)) for name in ("mae", "rmse", "log_score")]
    return [format_number(round(test["total"])), *errors]


def _bands(card: Mapping[str, Any]) -> CardPart | None:
    bands = (card.get("held_out") or {}).get("bands")
    if not bands:
        return None
    names = {"actual": _("Happened"), "predicted": _("Foretold"), "naive": _("Own rate so far")}
    labels = [_span(one["from"], one["to"]) for one in bands]
    series: list[dict[str, Any]] = []
    for key, colour in SERIES:
        values = [one[key] for one in bands]
        one = {"name": names[key], "colour": colour, "values": values, "written": [_number(value) for value in values]}
        series.append(one | ({"line": True, "dash": True} if key == "naive" else {}))
    heading = [_("Bought again before"), _("Customers"), *(names[key] for key, _colour in SERIES)]
    rows = [
        [label, format_number(one["customers"]), *(_number(one[key]) for key, _colour in SERIES)]
        for label, one in zip(labels, bands, strict=True)
    ]
    facts = {"labels": labels, "series": series, "axis": {"size": 1, "unit": ""}}
    title = _("Purchase days a customer, by how often they had bought again")
    return CardPart(CardTable(title, heading, rows), CardChart("card-bands", facts, title))


def _fits(card: Mapping[str, Any]) -> list[CardPart]:
    heading = [_("Model"), _("Parameter"), _("Estimate"), _("Standard error"), _("Log-likelihood")]
    rows: list[Sequence[str]] = []
    for one in [*card["models"], {"model": "gammagamma", **card["amounts"]}]:
        if not one["identified"]:
            rows.append([_short(one["model"]), say_plain(one["reason"]), "–", "–", "–"])
            continue
        for place, (name, value) in enumerate(one["parameters"].items()):
            height = _number(one["log_likelihood"], 1) if not place else ""
            error = _number(one["standard_errors"].get(name))
            rows.append([_short(one["model"]) if not place else "", name, _number(value), error, height])
    note = _("Times in weeks, amounts in the smallest unit of the currency.")
    return [CardPart(CardTable(_("Parameters"), heading, rows, words=2, note=note))]


def _notes(card: Mapping[str, Any]) -> list[str]:
    found = []
    if apart := card["set_apart"]["customers"]:
        found.append(
            _(
                "{count} accounts with more than {limit} repeat purchases (distributors, mostly) were set apart while "
                "fitting; they have values all the same."
            ).format(count=format_number(apart), limit=_number(card["set_apart"]["above"], 0))
        )
    if card["other_currencies"]:
        held = ", ".join(f"{name} {format_number(count)}" for name, count in card["other_currencies"].items())
        found.append(
            _("Purchase days in other currencies count as purchases and add no amount: {held}.").format(held=held)
        )
    tested, test = card.get("held_out"), (_best(card) or {}).get("holdout")
    if tested and test and test["mae"] > tested["naive"]["mae"]:
        found.append(
            _(
                "Here each customer's own rate so far foretells with a smaller mean error: many buy at regular gaps. "
                "The rate says nothing of who is gone, so the model is used all the same; take single figures "
                "with care."
            )
        )
    if not card["amounts"]["identified"]:
        found.append(_("Amounts cannot be foretold, so there is no value in money: {reason}.").format(
            reason=say_plain(card["amounts"]["reason"])
        ))  # fmt: skip
    return found


def _span(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else format_exact(value, digits)


def _short(model: str) -> str:
    return NAMES[model]


def _meaning(model: str | None) -> str:
    return str(MEANINGS[model]) if model else ""
