"""What a review suggests. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

NOTABLE = 30  # percent by which the value must have changed to count


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Which class: the `place` in the scheme (0 is the best class), and the codes of the reasons."""

    place: int
    reasons: Sequence[str]
    keeps: bool


def suggest(
    *, place: int, classes: int, value_now: int, value_before: int | None, risen: int, fallen: int
) -> Suggestion:
    """Return what the figures speak for: the class as it is, the one above, or the one below.

    `value_before` is the net amount at the last review (None: there was none), `risen` and `fallen` how many graded
    types moved the customer up and down since.
    """
    reasons = []
    if value_before is not None:
        change = percent_change(value_before, value_now)
        if change is None or abs(change) >= NOTABLE:
            reasons.append("value_up" if value_now > value_before else "value_down")
    reasons += ["risen"] * bool(risen) + ["fallen"] * bool(fallen)
    ups = sum(one in ("value_up", "risen") for one in reasons)
    downs = len(reasons) - ups
    step = (downs > 0) - (ups > 0)  # both: keep, somebody has to look
    to = min(max(place + step, 0), classes - 1)
    return Suggestion(to, reasons, to == place)


def percent_change(before: int, now: int) -> int | None:
    """Return by how many percent a value changed, 0 where it did not; None: from nothing, or from less, to another."""
    if before == now:
        return 0
    return round((now - before) * 100 / before) if before > 0 else None
