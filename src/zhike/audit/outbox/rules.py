from datetime import timedelta

MAX_ATTEMPTS = 10  # with the pauses below: about 17 hours


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: 5 s, 15 s, 45 s … at most six hours."""
    return min(timedelta(seconds=5 * 3 ** max(attempts - 1, 0)), timedelta(hours=6))
