"""Data of published studies; it comes with the development package lifetimes, whose code is not imported."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

SHARED = Path(__file__).resolve().parents[6] / "shared" / "data"


def dataset(name: str) -> Path:
    """Return a file of the package's datasets; the test is skipped where it is not installed."""
    found = find_spec("lifetimes")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the development package lifetimes, which brings the published data, is not installed")
    return Path(found.submodule_search_locations[0]) / "datasets" / name


def cdnow_orders(folder: Path) -> Path:
    """Write CDNOW's 6,919 transactions of 2,357 customers as a CSV of customer, date, amount."""
    lines = [line.split() for line in dataset("CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    path = folder / "cdnow.csv"
    path.write_text("customer,date,amount\n" + "".join(f"{one[1]},{one[2]},{one[4]}\n" for one in lines))
    return path


def donations() -> NDArray[np.float64]:
    """Return 11,104 donors as rows of x, t_x, n, donors."""
    return np.loadtxt(dataset("donations.csv"), delimiter=",", skiprows=1)
