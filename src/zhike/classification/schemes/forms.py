"""Input of the pages where management types are edited. What is allowed is decided in rules.py, for the API too."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import User
from zhike.classification.models import CustomerClass, Scheme
from zhike.engine.public import signals

from .rules import DAYS, HUES, PARTS, SCORES
from .signal_words import signal_label

HUE_NAMES = {
    "cinnabar": _("Cinnabar"),
    "orange": _("Orange"),
    "amber": _("Amber"),
    "olive": _("Olive"),
    "bamboo": _("Bamboo green"),
    "teal": _("Teal"),
    "sky": _("Sky blue"),
    "indigo": _("Indigo"),
    "violet": _("Violet"),
    "rose": _("Rose"),
    "plain": _("Grey"),
}
HUE_CHOICES = [(hue, HUE_NAMES[hue]) for hue in HUES]


class NamesForm(forms.Form):
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    meaning_zh = forms.CharField(label=_("Meaning in Chinese"), max_length=300, required=False)
    meaning_en = forms.CharField(label=_("Meaning in English"), max_length=300, required=False)


class SchemeNamesForm(NamesForm):
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name"),
        label=_("Owner of the type"),
        required=False,
        help_text=_("Whom colleagues ask about it."),
    )


class NewSchemeForm(NamesForm):
    key = forms.CharField(label=_("Key"), max_length=40, help_text=_("For files and programs: a to z, 0 to 9 and _."))
    kind = forms.ChoiceField(
        label=_("How customers are sorted"),
        choices=[
            ("rule", _("By rules, always up to date: the first class whose rule is met")),
            ("segments", _("By rules, several classes at once: every class whose rule is met")),
            ("hand", _("By hand, with a reason")),
        ],
        widget=forms.RadioSelect,
        initial="rule",
    )
    field_order = ["name_zh", "name_en", "key", "kind", "meaning_zh", "meaning_en"]

    @property
    def given(self) -> dict[str, Any]:
        chosen = self.cleaned_data["kind"]
        return {
            **self.cleaned_data,
            "kind": "hand" if chosen == "hand" else "rule",
            "overlapping": chosen == "segments",
        }


class ClassForm(NamesForm):
    hue = forms.ChoiceField(label=_("Colour"), choices=HUE_CHOICES, initial="plain")
    field_order = ["name_zh", "name_en", "hue", "meaning_zh", "meaning_en"]


class NewClassForm(forms.Form):
    key = forms.CharField(label=_("Key"), max_length=40)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    hue = forms.ChoiceField(label=_("Colour"), choices=HUE_CHOICES, initial="plain")


def _days(label: Any, name: str, help_text: Any = "") -> forms.IntegerField:
    least, most = DAYS[name]
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


def _points(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100)


class LifecycleForm(forms.Form):
    at_risk_days = _days(_("At risk after, days"), "at_risk_days", _("Days without a purchase."))
    lost_days = _days(_("Lost after, days"), "lost_days", _("Days without a purchase; more than for at risk."))
    won_back_gap_days = _days(
        _("Won back after a gap of more than, days"),
        "won_back_gap_days",
        _("Days between the last purchase and the one before."),
    )
    loyal_purchase_days = _days(_("Loyal from, purchase days"), "loyal_purchase_days", _("Within the window below."))
    window_days = _days(_("Window, days"), "window_days")

    @property
    def parameters(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in DAYS}


class _MovingForm(forms.Form):
    """Thresholds that follow from the customers themselves may be kept until the next version."""

    cut_points = forms.ChoiceField(
        label=_("Cut points"),
        choices=[("moving", _("Follow the customers every day")), ("fixed", _("Stay until the next version"))],
        widget=forms.RadioSelect,
    )


class ValueTierForm(_MovingForm):
    first = forms.DecimalField(
        label=_("First tier up to, % of the net amount"), min_value=1, max_value=99, decimal_places=2
    )
    second = forms.DecimalField(
        label=_("Second tier up to, % of the net amount"), min_value=1, max_value=99, decimal_places=2
    )
    window_days = _days(_("Window, days"), "window_days")
    field_order = ["first", "second", "window_days", "cut_points"]

    @staticmethod
    def start(parameters: dict[str, Any]) -> dict[str, Any]:
        first, second = (float(cut) * 100 for cut in parameters["cuts"][:2])
        return {**parameters, "first": f"{first:g}", "second": f"{second:g}"}

    @property
    def parameters(self) -> dict[str, Any]:
        cuts = [str(self.cleaned_data[name] / 100) for name in ("first", "second")]
        return {"cuts": cuts} | {name: self.cleaned_data[name] for name in ("window_days", "cut_points")}


class RfmForm(_MovingForm):
    window_days = _days(_("Window, days"), "window_days")
    high_r = forms.IntegerField(label=_("R counts as high from, points"), min_value=1, max_value=5)
    high_f = forms.IntegerField(label=_("F counts as high from, points"), min_value=1, max_value=5)
    high_m = forms.IntegerField(label=_("M counts as high from, points"), min_value=1, max_value=5)
    field_order = ["window_days", "high_r", "high_f", "high_m", "cut_points"]

    def __init__(self, *args: Any, classes: list[CustomerClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, one.name) for one in classes]
        for scores in SCORES:
            self.fields[f"segment_{scores}"] = forms.ChoiceField(label=_word_scores(scores), choices=choices)

    @staticmethod
    def start(parameters: dict[str, Any]) -> dict[str, Any]:
        high = {f"high_{axis}": points for axis, points in parameters["high_from"].items()}
        return {**parameters, **high, **{f"segment_{key}": one for key, one in parameters["segments"].items()}}

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "high_from": {axis: self.cleaned_data[f"high_{axis}"] for axis in "rfm"},
            "segments": {scores: self.cleaned_data[f"segment_{scores}"] for scores in SCORES},
            "window_days": self.cleaned_data["window_days"],
            "cut_points": self.cleaned_data["cut_points"],
        }


class PriorityForm(_MovingForm):
    weight_value = _points(_("Weight of value"))
    weight_urgency = _points(_("Weight of urgency"))
    weight_relationship = _points(_("Weight of relationship"))
    cut_0 = _points(_("First class from a score of"))
    cut_1 = _points(_("Second class from a score of"))
    cut_2 = _points(_("Third class from a score of"))
    window_days = _days(_("Window, days"), "window_days")
    field_order = [*(f"weight_{name}" for name in PARTS), "cut_0", "cut_1", "cut_2", "window_days", "cut_points"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in signals:
            self.fields[f"points_{one.key}"] = _points(signal_label(one))

    @staticmethod
    def start(parameters: dict[str, Any]) -> dict[str, Any]:
        weights = {f"weight_{name}": weight for name, weight in parameters["weights"].items()}
        points = {f"points_{one.key}": parameters["points"].get(one.key, one.points) for one in signals}
        return {**parameters, **weights, **points, **{f"cut_{at}": cut for at, cut in enumerate(parameters["cuts"])}}

    @property
    def parameters(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "weights": {name: given[f"weight_{name}"] for name in PARTS},
            "points": {one.key: given[f"points_{one.key}"] for one in signals},
            "cuts": [given[f"cut_{at}"] for at in range(3)],
            "window_days": given["window_days"],
            "cut_points": given["cut_points"],
        }


class StrategicForm(ValueTierForm):
    growth_percent = forms.IntegerField(label=_("Growing from, % over the window before"), min_value=0, max_value=1000)
    floor_percent = forms.IntegerField(
        label=_("A strategic customer may shrink by, %"), min_value=-100, max_value=0, help_text=_("For example -20.")
    )
    potential = forms.BooleanField(
        label=_("Growth makes a customer key only where customers alike (kind, industry, province) bring as much"),
        required=False,
    )
    least_peers = forms.IntegerField(label=_("Customers alike, at least"), min_value=2, max_value=1000)
    field_order = ["first", "second", "growth_percent", "floor_percent", "potential", "least_peers", "window_days"]

    @property
    def parameters(self) -> dict[str, Any]:
        own = ("growth_percent", "floor_percent", "potential", "least_peers")
        return super().parameters | {name: self.cleaned_data[name] for name in own}


class RuleOrderForm(forms.Form):
    """For rule schemes: who takes the customers that meet no rule."""

    default = forms.ChoiceField(label=_("Customers who meet no rule"), required=False)

    def __init__(self, *args: Any, classes: list[CustomerClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = [("", _("are in no class"))]
        field = self.fields["default"]
        if isinstance(field, forms.ChoiceField):
            field.choices = nobody + [(one.key, one.name) for one in classes]

    @property
    def parameters(self) -> dict[str, Any]:
        return {"default": self.cleaned_data["default"] or None}


def threshold_form(
    scheme: Scheme, parameters: dict[str, Any], classes: list[CustomerClass], data: Any = None
) -> Any | None:
    """Return the form of a scheme's thresholds, filled; None for kinds that have none."""
    match scheme.kind:
        case Scheme.Kind.LIFECYCLE:
            return LifecycleForm(data, initial=parameters)
        case Scheme.Kind.VALUE_TIER:
            return ValueTierForm(data, initial=ValueTierForm.start(parameters))
        case Scheme.Kind.RFM:
            return RfmForm(data, initial=RfmForm.start(parameters), classes=classes)
        case Scheme.Kind.PRIORITY:
            return PriorityForm(data, initial=PriorityForm.start(parameters))
        case Scheme.Kind.STRATEGIC:
            return StrategicForm(data, initial=StrategicForm.start(parameters))
        case Scheme.Kind.RULE:
            return None if scheme.overlapping else RuleOrderForm(data, initial=parameters, classes=classes)
    return None


def show_changes(form: forms.Form, now_there: forms.Form, *, who: User | None) -> None:
    """Say beside each field of a form where the draft, which somebody has saved since, holds another value."""
    for name in form.cleaned_data.keys() & now_there.fields.keys():
        there = now_there.get_initial_for_field(now_there.fields[name], name)
        if str(there) != str(form.cleaned_data[name]):
            text = _("{who} has set this to {value} in the meantime.")
            form.add_error(name, text.format(who=who.name if who else _("Somebody"), value=there))


def _word_scores(scores: str) -> Any:
    words = {"H": _("high"), "L": _("low")}
    return "R {} · F {} · M {}".format(*(words[letter] for letter in scores))
