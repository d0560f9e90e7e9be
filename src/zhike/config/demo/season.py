"""When people buy: the year of a Chinese firm, as a weight per day (1 is an ordinary working day)."""

from datetime import date, timedelta
from random import Random

SPRING_FESTIVAL = {  # first day of the lunar year
    2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
    2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28),
}  # fmt: skip
USUAL_FESTIVAL = (2, 5)  # outside the table
REACH = 9  # days by which a planned purchase may move to a likelier day


def company_weight(day: date) -> float:
    """Return how likely companies are to order on a day: little at weekends and holidays, much before year's end."""
    if -3 <= _days_from_festival(day) <= 11:
        return 0.04
    if (day.month, day.day) in {(5, 1), (5, 2), (5, 3), (5, 4), (5, 5)} or (day.month == 10 and day.day <= 7):
        return 0.06
    weight = 0.08 if day.weekday() >= 5 else 1.0
    if -17 <= _days_from_festival(day) < -3:
        weight *= 1.3  # stocking up before the holiday
    return weight * (1.35 if day.month == 12 else 1.0)


def person_weight(day: date) -> float:
    """Return how likely persons are to order on a day: more at weekends, most around 11 November."""
    if -2 <= _days_from_festival(day) <= 9:
        return 0.3
    weight = 1.2 if day.weekday() >= 5 else 1.0
    if day.month == 11 and day.day <= 11:
        weight *= 3.0 if day.day < 10 else 7.0
    if day.month == 6 and 15 <= day.day <= 18:
        weight *= 2.2
    return weight


def move_to_season(random: Random, day: date, *, first: date, last: date, company: bool) -> date:
    """Return a day near the planned one, drawn by its weight, within first … last."""
    weigh = company_weight if company else person_weight
    days = [day + timedelta(days=off) for off in range(-REACH, REACH + 1)]
    days = [one for one in days if first <= one <= last] or [min(max(day, first), last)]
    return random.choices(days, [weigh(one) for one in days])[0]


def _days_from_festival(day: date) -> int:
    return (day - date(day.year, *SPRING_FESTIVAL.get(day.year, USUAL_FESTIVAL))).days
