"""What the models say about customers, and when they say nothing."""

import math
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import expit

from zhike.engine import models
from zhike.engine.models import bgnbd, paretonbd
from zhike.engine.models.btyd import MODELS, choose_model, compare_held_out, fit_btyd, fit_found_cells, intervals, score
from zhike.engine.models.cells import Spent, far_out_fence, find_cells
from zhike.engine.models.contracts import fit_bgbb, fit_sbg
from zhike.engine.models.errors import HistoryWrong
from zhike.engine.models.gammagamma import expected_amount, fit_gamma_gamma

LEAVING = ["bgnbd", "mbgnbd", "paretonbd"]
TRUE = {
    "nbd": (0.243, 4.414),
    "bgnbd": (0.243, 4.414, 0.793, 2.426),
    "mbgnbd": (0.525, 6.183, 0.891, 1.614),
    "paretonbd": (0.553, 10.578, 0.606, 11.669),
}
type Histories = tuple[np.ndarray, np.ndarray, np.ndarray]


def shop(model: str = "mbgnbd", customers: int = 3000, seed: int = 1) -> Histories:
    """Return made-up histories of 40 weeks by the process that a model assumes."""
    chance = np.random.default_rng(seed)
    r, alpha, one, other = TRUE[model]
    age = np.round(chance.uniform(20, 40, customers) * 7) / 7
    rate = chance.gamma(r, 1 / alpha, customers)
    x, t_x = np.zeros(customers), np.zeros(customers)
    if model == "paretonbd":
        leaves = chance.exponential(1 / np.maximum(chance.gamma(one, 1 / other, customers), 1e-12))
        leaving = np.zeros(customers)
    else:
        leaves, leaving = np.full(customers, np.inf), chance.beta(one, other, customers)
    for row in range(customers):
        at, stays = 0.0, model != "mbgnbd" or chance.random() > leaving[row]
        while stays:
            at += chance.exponential(1 / max(rate[row], 1e-12))
            if at > min(age[row], leaves[row]):
                break
            x[row], t_x[row] = x[row] + 1, at
            stays = chance.random() > leaving[row]
    return x, t_x, age


@pytest.mark.parametrize("model", LEAVING)
def test_the_truth_of_a_made_up_shop_is_found(model: str) -> None:
    """Twice the log-likelihood above that of the truth is χ² with 4 degrees: above 18.5 once in a thousand."""
    cells = find_cells(*shop(model))
    likelihood = paretonbd._Likelihood(cells) if model == "paretonbd" else bgnbd._Likelihood(cells, model == "mbgnbd")
    truth, _ = likelihood(np.log(TRUE[model]))
    fit = fit_found_cells(cells, model, set_apart=False)
    assert 0 < 2 * (fit.log_likelihood - truth) < 18.5


@pytest.mark.parametrize("model", list(MODELS))
def test_chances_of_counts_add_up_to_one_and_to_the_expectation(model: str) -> None:
    counts = np.arange(0, 400.0)
    for x, t_x, age in [(0.0, 0.0, 38.0), (3.0, 20.0, 38.0), (40.0, 37.0, 38.0)]:
        history = [np.full_like(counts, one) for one in (x, t_x, age)]
        chances = np.exp(MODELS[model].log_chance_of(np.array(TRUE[model]), *history, 26.0, counts))
        expected = MODELS[model].expected(np.array(TRUE[model]), *(one[:1] for one in history), 26.0)
        assert chances.sum() == pytest.approx(1, abs=1e-6)
        assert chances @ counts == pytest.approx(expected[0], rel=1e-5)


@pytest.mark.parametrize("model", list(MODELS))
def test_drawn_futures_average_to_the_expectation(model: str) -> None:
    many = np.ones(60_000)
    history, true = (3 * many, 30 * many, 38 * many), np.array(TRUE[model])
    alive = expit(-MODELS[model].log_odds_gone(true, *history))
    drawn = MODELS[model].draw(true, alive, history[0], history[2], 26.0, np.random.default_rng(5))
    assert drawn.mean() == pytest.approx(MODELS[model].expected(true, *history, 26.0)[0], rel=0.02)


def test_gradients_are_the_slopes_of_the_likelihoods() -> None:
    cells = find_cells(*shop(customers=400)).scaled()
    for likelihood in (bgnbd._Likelihood(cells, 0), bgnbd._Likelihood(cells, 1), paretonbd._Likelihood(cells)):
        for point in ([-0.5, 0.5, -0.5, 0.5], [0.0, 2.0, -1.5, 1.0]):
            slope = approx_fprime(np.array(point), lambda at, of=likelihood: of(at)[0], 1e-6)
            assert likelihood(np.array(point))[1] == pytest.approx(slope, rel=1e-4, abs=2e-2)


@pytest.mark.parametrize("parameters", [(0.5, 10.0, 0.6, 11.0), (0.3, 0.2, 0.5, 40.0), (2.0, 50.0, 0.1, 0.3)])
def test_the_tail_is_its_integral(parameters: tuple[float, ...]) -> None:
    r, alpha, s, beta = parameters
    for x, t in [(0.0, 0.0), (1.0, 5.0), (12.0, 30.0)]:
        c, z = r + s + x, (alpha - beta) / (alpha + t)
        edges = [0, 0.01, 0.1, 1, 4, 16, 64, 256]
        parts = [
            quad(lambda y, c=c, z=z: math.exp(-y) * (1 - z * math.exp(-y / c)) ** -(s + 1), low, high, epsabs=0)[0]
            for low, high in pairwise(edges)
        ]
        expected = math.log(s / c * sum(parts)) - c * math.log(alpha + t)
        found = paretonbd.tail(np.array(parameters), np.array([x]), np.array([t])).value
        assert found == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("model", LEAVING)
def test_thousands_of_purchases_do_not_overflow(model: str) -> None:
    x, t_x, age = (
        np.array(one) for one in ([5000.0, 5000.0, 0.0, 0.0], [38.0, 1.0, 0.0, 0.0], [38.0, 38.0, 38.0, 0.0])
    )
    true = np.array(TRUE[model])
    alive, expected = MODELS[model].p_alive(true, x, t_x, age), MODELS[model].expected(true, x, t_x, age, 52.0)
    assert np.isfinite(expected).all()
    assert alive[0] > 0.999
    assert alive[1] < 1e-100
    assert expected[0] > 1000
    assert expected[1] < 1e-100


def test_of_whom_next_to_nothing_was_seen_something_finite_is_expected() -> None:
    nothing, age = np.zeros(2), np.array([0.0, 0.01])
    extreme = np.array([0.24, 0.0004, 1.28, 1216.0])
    found = bgnbd.BG_NBD.expected(extreme, nothing, nothing, age, 50.0)
    assert np.isfinite(found).all()
    assert 0 < found[1] < found[0]
    ordinary = np.array(TRUE["bgnbd"])
    rate, since, stay, ahead = (np.array([one]) for one in (3.243, 42.4, 5.426, 26.0))
    closed = bgnbd._from_now(rate, since, ordinary[2], stay, 26.0)
    assert bgnbd._integrated(rate, since, ordinary[2], stay, ahead) == pytest.approx(closed, rel=1e-9)


def test_one_time_buyers_are_not_said_to_be_alive_for_certain() -> None:
    cells = find_cells([0, 0, 2], [0, 0, 10], [38, 5, 38])
    fit = fit_btyd(*shop("bgnbd"), "bgnbd")
    assert np.isnan(score(fit, cells, 26).p_alive).tolist() == [True, True, False]
    for model in ("mbgnbd", "paretonbd"):
        alive = score(fit_btyd(*shop(), model), cells, 26).p_alive
        assert 0 < alive[0] < alive[1] < 1


def test_what_purchases_do_not_tell_is_said() -> None:
    x, t_x, age = shop()
    one_day = np.zeros(50)
    assert str(fit_btyd([], [], []).reason) == "not identified: no customers"
    assert fit_btyd([3], [10], [20]).reason.code == "too_few_customers"
    assert fit_btyd(one_day, one_day, one_day).reason.code == "no_time"
    assert str(fit_btyd(0 * x, 0 * t_x, age).reason) == "not identified: no repeat buyers"
    few = np.where(np.arange(len(x)) < 4, 1.0, 0.0)
    assert fit_btyd(few, few * 3, age).reason.code == "too_few_repeat_buyers"
    for model in LEAVING:
        everybody_just_bought = fit_btyd(x, np.where(x > 0, age, 0), age, model)
        assert everybody_just_bought.reason is not None
        assert (everybody_just_bought.parameters, everybody_just_bought.log_likelihood) == ({}, None)
        subscribers = fit_btyd(np.full(200, 40.0), np.full(200, 38.0), np.full(200, 38.5), model)
        assert subscribers.reason is not None
    assert fit_gamma_gamma([0, 0], [np.nan, 0]).reason.code == "no_amounts"
    assert fit_gamma_gamma(np.full(30, 2), np.full(30, 9.9)).reason.code == "no_spread"
    assert fit_sbg([0, 0], [0, 10]).reason.code == "no_losses"
    assert fit_bgbb([0, 0], [0, 0], [6, 6]).reason.code == "no_repeat_buyers"
    with pytest.raises(ValueError, match="no repeat buyers"):
        score(fit_btyd(0 * x, 0 * t_x, age), find_cells(x, t_x, age), 26)


def test_where_nobody_leaves_the_model_without_leaving_has_the_numbers() -> None:
    chance, age = np.random.default_rng(3), np.full(2000, 40.0)
    x = chance.poisson(chance.gamma(0.8, 1 / 10, 2000) * age).astype(float)
    t_x = np.where(x > 0, age * chance.random((2000, 60)).max(axis=1) ** (60 / np.maximum(x, 1)), 0)
    leaving = [fit_btyd(x, t_x, age, model) for model in LEAVING]
    staying = fit_btyd(x, t_x, age, "nbd")
    assert staying.parameters == pytest.approx({"r": 0.8, "alpha": 10}, rel=0.15)
    assert all(one.log_likelihood <= staying.log_likelihood + 3 for one in leaving if one.identified)
    assert np.isnan(score(staying, find_cells(x, t_x, age), 10).p_alive).all()
    assert score(staying, find_cells(x, t_x, age), 10).expected.sum() == pytest.approx(2000 * 0.8, rel=0.1)


def test_distributors_are_set_apart_and_scored_all_the_same() -> None:
    x, t_x, age = shop()
    mixed = [
        np.append(one, five) for one, five in zip((x, t_x, age), ([5000.0] * 5, [30.1] * 5, [30.1] * 5), strict=True)
    ]
    plain, guarded = fit_btyd(x, t_x, age), fit_btyd(*mixed)
    assert (guarded.set_apart, guarded.customers, guarded.fence > x.max()) == (5, 3000, True)
    assert guarded.parameters == plain.parameters
    assert fit_btyd(*mixed, set_apart=False).parameters["alpha"] != pytest.approx(plain.parameters["alpha"], rel=0.2)
    assert (score(guarded, find_cells(*mixed), 10).expected[-5:] > 500).all()
    assert far_out_fence(np.full(100, 480.0)) > 480  # where everybody buys daily nobody is odd


@pytest.mark.parametrize(
    "kind", ["plain", "same age", "whole", "once more", "distributors", "short", "long", "just now"]
)
def test_ugly_histories_give_finite_numbers_or_none(kind: str) -> None:
    for seed, people in enumerate((2, 12, 50, 400)):
        x, t_x, age = ugly(kind, people, np.random.default_rng(seed))
        cells = find_cells(x, t_x, age)
        for fit in (fit_btyd(x, t_x, age, model) for model in MODELS):
            assert fit.identified == bool(fit.parameters)
            if not fit.identified:
                continue
            found = score(fit, cells, age.max() / 2 + 1, discount=0.001)
            alive = found.p_alive[~np.isnan(found.p_alive)]
            assert np.isfinite(found.expected).all()
            assert (found.expected >= -1e-9).all()
            assert ((alive >= 0) & (alive <= 1)).all()
            assert np.isfinite(compare_held_out(fit, cells, 10, np.ones(people)).log_score)


def ugly(kind: str, people: int, chance: np.random.Generator) -> Histories:
    age = np.full(people, 50.0) if kind == "same age" else chance.uniform(0, 100, people)
    x = chance.poisson(chance.gamma(0.5, 2, people) * age * 0.05).astype(float)
    age = {"whole": np.round(age), "short": age * 1e-3, "long": age * 1e5}.get(kind, age)
    x = np.minimum(x, 1) if kind == "once more" else x
    x[: 5 if kind == "distributors" else 0] = 5000
    t_x = np.where(x > 0, age if kind == "just now" else age * chance.random(people), 0)
    return np.where(t_x > 0, x, 0), t_x, age


def test_impossible_histories_are_refused() -> None:
    for x, t_x, age in [([1], [5], [4]), ([-1], [0], [4]), ([0], [2], [4]), ([1], [np.nan], [4]), ([1, 2], [1], [4])]:
        with pytest.raises(HistoryWrong):
            fit_btyd(x, t_x, age)
    with pytest.raises(HistoryWrong):
        fit_bgbb([3], [2], [6])


def test_a_value_comes_with_an_interval_and_less_for_later() -> None:
    x, t_x, age = shop(customers=600)
    fit, mean = fit_btyd(x, t_x, age, "paretonbd"), np.where(x > 0, 20 + 10 * np.sin(np.arange(600)), np.nan)
    amounts, cells, spent = fit_gamma_gamma(x, mean), find_cells(x, t_x, age), Spent(x, mean)
    plain = score(fit, cells, 52, amounts=amounts, spent=spent)
    later = score(fit, cells, 52, amounts=amounts, spent=spent, discount=np.log(1.1) / 52)
    assert ((later.clv < plain.clv) & (later.clv > plain.clv / 1.1)).all()
    found = intervals(fit, x, t_x, age, 52, amounts=amounts, spent=spent)
    again = intervals(fit, x, t_x, age, 52, amounts=amounts, spent=spent)
    assert (found.clv == again.clv).all()
    inside = (found.p_alive[0] <= plain.p_alive) & (plain.p_alive <= found.p_alive[1])
    assert inside.mean() > 0.95
    best = int(plain.clv.argmax())
    assert 0 < found.clv[0, best] < plain.clv[best] < found.clv[1, best]


def test_who_bought_once_is_worth_what_they_spent_more_than_what_others_spend() -> None:
    chance = np.random.default_rng(3)
    count = chance.geometric(0.3, 400).astype(float)
    own = 3_000 / chance.gamma(1.6, size=400)  # persons and companies: some spend a hundred times what others do
    spent = Spent(count, own * chance.gamma(6 * count, 1 / (6 * count)))
    fit = fit_gamma_gamma(spent.count, spent.mean)
    small, large = expected_amount(fit.values, Spent(np.ones(2), np.array([100.0, 10_000.0])))
    (unknown,) = expected_amount(fit.values, Spent(np.zeros(1), np.array([np.nan])))
    assert 100 < small < unknown / 2
    assert unknown < large < 10_000


def test_the_model_with_the_best_held_out_chance_is_chosen() -> None:
    x, t_x, age = shop("paretonbd")
    cells = find_cells(x, t_x, age)
    chance = np.random.default_rng(2)
    alive = paretonbd.PARETO_NBD.p_alive(np.array(TRUE["paretonbd"]), x, t_x, age)
    y = paretonbd.PARETO_NBD.draw(np.array(TRUE["paretonbd"]), alive, x, age, 26.0, chance)
    fits = [fit_found_cells(cells, model) for model in MODELS]
    tests = {fit.model: compare_held_out(fit, cells, 26, y) for fit in fits}
    chosen = choose_model(fits, tests)
    assert tests[chosen].log_score == max(one.log_score for one in tests.values())
    assert tests["paretonbd"].total == pytest.approx(y.sum(), rel=0.1)
    assert choose_model([fit_btyd(0 * x, 0 * t_x, age)], {}) is None


def test_importing_the_models_is_quick() -> None:
    program = (
        "import sys, time; began = time.process_time(); import zhike.engine.models;"
        " print(time.process_time() - began, 'scipy' in sys.modules, 'django' in sys.modules)"
    )
    places = os.environ | {"PYTHONPATH": str(Path(models.__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", program], env=places, capture_output=True, text=True, check=True)
    answer = done.stdout.split()
    assert float(answer[0]) < 0.5
    assert answer[1:] == ["False", "False"]
