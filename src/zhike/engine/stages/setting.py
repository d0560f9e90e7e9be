"""What a run computes: the day of judgement, the business's zone and currency, and the schemes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from zhike.engine.rules.formula_marks import formulas_asked
from zhike.engine.rules.needs import Needs, find_needs
from zhike.engine.rules.traits import asks_revenue
from zhike.engine.rules.windows import Moment
from zhike.engine.schemes import WINDOW_DAYS, SchemeSpec, check_scheme, in_order, metrics_scheme

VERSION = 5  # raise it when a stage changes its rows: working files are then made anew


@dataclass(frozen=True, slots=True)
class Setting:
    """`as_of` is the day of judgement D: facts of local days before it count, with `today_counts` those of D too.

    `currency` is the organisation's.
    """

    as_of: date
    zone: str
    currency: str
    schemes: tuple[SchemeSpec, ...]
    judged: frozenset[int] = frozenset()  # other schemes whose classes the rows already hold, for rules that ask
    today_counts: bool = False  # D is today: what happened today counts at once
    at: datetime | None = None  # where windows of hours end; None: where the days that count end
    revenue: int | None = None  # net amount of everybody in WINDOW_DAYS days, for shares of it; None: not known

    @property
    def until(self) -> date:
        """The first day whose facts do not count."""
        return self.as_of + timedelta(days=self.today_counts)

    @property
    def moment(self) -> Moment:
        return Moment(self.as_of, self.zone, self.currency, self.today_counts, self.at, self.revenue)

    @property
    def asks_revenue(self) -> bool:
        """Whether a rule asks for a share of everybody's net amount."""
        return any(asks_revenue(rule) for spec in self.schemes for rule in spec.rules)

    @property
    def counts_hours(self) -> bool:
        """Whether a rule counts in hours: then its answer may be another within the day, by time alone."""
        return self.needs.counts_hours

    @property
    def needs(self) -> Needs:
        """What rules ask for beyond the columns of state and attributes, and beyond the classes judged here."""
        rules = [rule for spec in self.schemes for rule in spec.rules]
        return find_needs(rules, computed={spec.id for spec in self.schemes} | self.judged)

    @property
    def windows(self) -> list[int]:
        """Every window that a scheme counts in, after that of the columns frequency and monetary."""
        others = {window for spec in self.schemes for window in spec.windows} - {WINDOW_DAYS}
        return [WINDOW_DAYS, *sorted(others)]

    def window_columns(self, window: int) -> tuple[str, str]:
        """Return the columns of frequency and monetary in a window."""
        return ("frequency", "monetary") if window == WINDOW_DAYS else (f"f_{window}", f"m_{window}")

    @property
    def rfm_schemes(self) -> list[SchemeSpec]:
        return [spec for spec in self.schemes if spec.kind == "rfm"]

    def score_columns(self, scheme_id: int) -> tuple[str, str, str]:
        """Return the columns of an RFM scheme's three scores; the first RFM scheme's are published."""
        first = metrics_scheme(self.schemes)
        tail = "" if first is not None and first.id == scheme_id else f"_{scheme_id}"
        return f"rfm_r{tail}", f"rfm_f{tail}", f"rfm_m{tail}"

    def all_score_columns(self) -> list[str]:
        own = [name for spec in self.rfm_schemes for name in self.score_columns(spec.id)]
        return own or ["rfm_r", "rfm_f", "rfm_m"]

    def to_json(self) -> dict[str, Any]:
        """Return what decides the rows, to tell whether a working file answers this setting."""
        return {
            "version": VERSION,
            "as_of": self.as_of.isoformat(),
            "until": self.until.isoformat(),
            "at": self.at.isoformat() if self.at and self.counts_hours else None,
            "zone": self.zone,
            "currency": self.currency,
            "schemes": [spec.to_json() for spec in self.schemes],
            "formulas": formulas_asked(rule for spec in self.schemes for rule in spec.rules),
        }


def class_column(scheme_id: int) -> str:
    return f"class_{scheme_id}"


def make_setting(
    *,
    as_of: date,
    zone: str,
    currency: str,
    schemes: Sequence[SchemeSpec],
    today_counts: bool = False,
    at: datetime | None = None,
) -> Setting:
    """Return a checked setting.

    :raises SchemeWrong: if a scheme's parameters make no sense. :raises SchemeCircle: if rules ask in a circle.
    """
    for spec in schemes:
        check_scheme(spec)
    in_order(schemes)
    return Setting(as_of, zone, currency, tuple(schemes), today_counts=today_counts, at=at)
