"""Where a customer stands by value and risk. A chance is high from 50% on, a value from the card's cut on."""

HIGH_CHANCE = 0.5
LIKELY, POSSIBLE = 0.6, 0.3
QUADRANTS = ("save", "keep", "remind", "rest")


def quadrant_of(*, chance: float, value: int, value_cut: int) -> str:
    """Return save (high value, high chance), keep (high, low), remind (lower, high) or rest."""
    if value >= value_cut:
        return "save" if chance >= HIGH_CHANCE else "keep"
    return "remind" if chance >= HIGH_CHANCE else "rest"


def grade_of(chance: float) -> str:
    """Return how a chance is put in words: likely, possible or unlikely."""
    return "likely" if chance >= LIKELY else "possible" if chance >= POSSIBLE else "unlikely"
