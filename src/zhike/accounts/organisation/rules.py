from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache
def time_zones() -> list[str]:
    """Return the places whose time a firm may keep, by name: "Asia/Shanghai", …; without offsets and old names."""
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return sorted(zone for zone in available_timezones() if zone.startswith(areas) or zone == "UTC")
