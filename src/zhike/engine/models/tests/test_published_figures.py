"""The models give the figures of the papers that describe them, on the papers' data."""

from datetime import date

import numpy as np
import pytest

from zhike.engine.models.bgnbd import BG_NBD, MBG_NBD
from zhike.engine.models.btyd import compare_held_out, fit_found_cells, naive_held_out
from zhike.engine.models.cells import Spent, find_cells
from zhike.engine.models.contracts import bgbb_expected, bgbb_p_alive, fit_bgbb, fit_sbg, sbg_survival
from zhike.engine.models.gammagamma import expected_amount, fit_gamma_gamma
from zhike.engine.models.orders import Histories, find_histories, read_purchases
from zhike.engine.models.paretonbd import PARETO_NBD
from zhike.engine.models.tests.published import cdnow_orders, donations

CALIBRATION_END = date(1997, 9, 30)


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Histories:
    path = cdnow_orders(tmp_path_factory.mktemp("cdnow"))
    bought = read_purchases(path, customer="customer", day="date", amount="amount", today=date(2026, 1, 1))
    return find_histories(bought, CALIBRATION_END, unit="week")


def _one(value: float) -> np.ndarray:
    return np.array([value])


def test_cdnow_is_read_as_published(cdnow: Histories) -> None:
    assert (len(cdnow.x), int((cdnow.x > 0).sum()), int(cdnow.x.sum()), int(cdnow.later.sum())) == (
        2357,
        946,
        2457,
        1882,
    )


def test_bg_nbd_of_cdnow(cdnow: Histories) -> None:
    fit = fit_found_cells(find_cells(cdnow.x, cdnow.t_x, cdnow.age), "bgnbd")
    assert {name: round(value, 3) for name, value in fit.parameters.items()} == {
        "r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426,
    }  # fmt: skip
    assert round(fit.log_likelihood, 1) == -9582.4
    clvtools = {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}
    assert fit.parameters == pytest.approx(clvtools, rel=1e-5)
    assert fit.log_likelihood == pytest.approx(-9582.429, abs=5e-4)
    assert BG_NBD.expected(fit.values, _one(2), _one(30.43), _one(38.86), 39.0) == pytest.approx(1.226, abs=5e-4)


def test_modified_bg_nbd_of_cdnow(cdnow: Histories) -> None:
    fit = fit_found_cells(find_cells(cdnow.x, cdnow.t_x, cdnow.age), "mbgnbd")
    library = {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}  # a library's figures, no paper's
    assert fit.parameters == pytest.approx(library, rel=2e-4)
    assert MBG_NBD.p_alive(fit.values, _one(0), _one(0), _one(38.86))[0] == pytest.approx(0.3897, abs=5e-5)


def test_pareto_nbd_of_cdnow(cdnow: Histories) -> None:
    fit = fit_found_cells(find_cells(cdnow.x, cdnow.t_x, cdnow.age), "paretonbd")
    assert {name: round(value, 3) for name, value in fit.parameters.items()} == {
        "r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669,
    }  # fmt: skip
    assert round(fit.log_likelihood, 1) == -9595.0
    assert fit.standard_errors == pytest.approx({"r": 0.0476, "alpha": 0.8427, "s": 0.1873, "beta": 6.2105}, rel=1e-3)
    assert PARETO_NBD.expected_new(fit.values, _one(52.0)) == pytest.approx(1.473, abs=5e-4)
    assert PARETO_NBD.expected(fit.values, _one(26), _one(30.86), _one(31), 52.0) == pytest.approx(25.46, abs=5e-3)
    assert PARETO_NBD.p_alive(fit.values, _one(26), _one(30.86), _one(31)) == pytest.approx(0.9979, abs=5e-5)


def test_gamma_gamma_of_cdnow(cdnow: Histories) -> None:
    fit = fit_gamma_gamma(cdnow.x, cdnow.mean_amount)
    assert {name: round(value, 2) for name, value in fit.parameters.items()} == {"p": 6.25, "q": 3.74, "gamma": 15.44}
    assert fit.log_likelihood == pytest.approx(-4055.9177, abs=5e-4)
    assert fit.customers == 946
    population = fit.parameters["p"] * fit.parameters["gamma"] / (fit.parameters["q"] - 1)
    assert expected_amount(fit.values, Spent(_one(0), _one(np.nan))) == pytest.approx(population)


def test_cdnow_held_out_weeks(cdnow: Histories) -> None:
    cells = find_cells(cdnow.x, cdnow.t_x, cdnow.age)
    found = {
        one: compare_held_out(fit_found_cells(cells, one), cells, 39, cdnow.later) for one in ("bgnbd", "paretonbd")
    }
    assert found["bgnbd"].total == pytest.approx(1653, abs=1)
    assert (found["bgnbd"].mae, found["bgnbd"].rmse) == pytest.approx((0.7855, 1.608), abs=5e-4)
    assert found["paretonbd"].total == pytest.approx(1666, abs=1)
    assert (found["paretonbd"].mae, found["paretonbd"].rmse) == pytest.approx((0.7545, 1.603), abs=5e-4)
    naive = naive_held_out(cells, 39, cdnow.later)
    assert (naive.total, naive.mae) == pytest.approx((2930.1, 1.0237), rel=1e-4)


HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "height"),
    [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)],
)
def test_sbg_of_the_two_published_cohorts(survivors: list[int], alpha: float, beta: float, height: float) -> None:
    fit = fit_sbg(-np.diff(survivors), [0] * 6 + survivors[-1:])
    assert (round(fit.parameters["alpha"], 3), round(fit.parameters["beta"], 3)) == (alpha, beta)
    assert round(fit.log_likelihood, 1) == height
    assert sbg_survival(fit.values, range(8)) == pytest.approx(np.array(survivors) / 1000, abs=0.021)


def test_bg_bb_of_the_donors() -> None:
    rows = donations()
    fit = fit_bgbb(*rows.T)
    assert fit.customers == 11104
    assert {name: round(value, 3) for name, value in fit.parameters.items()} == {
        "alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783,
    }  # fmt: skip
    assert round(fit.log_likelihood, 1) == -33225.6
    assert bgbb_expected(fit.values, [0, 6], [0, 6], [6, 6], 5) == pytest.approx([0.07, 3.75], abs=5e-3)
    assert bgbb_p_alive(fit.values, [6], [6], [6]) == pytest.approx([0.93], abs=5e-3)
