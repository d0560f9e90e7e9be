"""Who will leave: honest figures, leaks found, reasons in the customer's values, and no use of what does not help."""

import tracemalloc
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from zhike.engine.models.churn import ChurnModel, cross_validate, find_leaks
from zhike.engine.models.churn_report import report_churn
from zhike.engine.models.errors import CalibrationEndWrong, NothingFilled, TargetWrong, TooFewRows
from zhike.engine.models.orders import Purchases, read_purchases
from zhike.engine.models.purchase_churn import features_as_of, fit_purchase_churn
from zhike.engine.models.tables import Column, Table, read_table, to_column
from zhike.engine.models.tests.published import SHARED

TELCO = SHARED / "Telco-Customer-Churn.csv"


def contracts(rows: int = 600, seed: int = 3) -> Table:
    """Return made-up contracts: short tenure and the plan "monthly" make leaving likely; `noise` tells nothing."""
    chance = np.random.default_rng(seed)
    tenure, monthly = chance.integers(1, 60, rows).astype(float), chance.integers(0, 2, rows).astype(float)
    leaves = (chance.random(rows) < 1 / (1 + np.exp(0.08 * tenure - 2 * monthly))).astype(np.int64)
    tenure[:5] = np.nan
    columns = (
        Column("tenure", tenure),
        Column("plan", monthly, ("yearly", "monthly")),
        Column("noise", chance.random(rows)),
    )
    return Table(columns, leaves, "left", tuple(map(str, range(rows))))


def with_column(table: Table, column: Column) -> Table:
    return Table((*table.columns, column), table.y, table.positive, table.ids)


@pytest.mark.slow
def test_contract_customers_of_a_telephone_company() -> None:
    if not TELCO.exists():
        pytest.skip("the telephone company's customers are not beside the repository")
    found = report_churn(TELCO, target="Churn", key="customerID", folds=5)
    assert (found["rows"], found["positives"], found["positive"], found["leaks"]) == (7043, 1869, "Yes", {})
    assert found["auc"] == pytest.approx(0.846, abs=0.005)
    assert found["baseline"]["auc"] == pytest.approx(0.845, abs=0.005)
    assert found["auc"] > found["baseline"]["auc"]
    assert found["brier"] == pytest.approx(0.135, abs=0.002)
    assert found["usable"]
    assert 0 < found["brier_gain"]["low"] < found["brier_gain"]["gain"] < found["brier_gain"]["high"]
    assert all(abs(one["said"] - one["happened"]) < 0.04 for one in found["calibration"])


def test_a_planted_leak_is_found_and_left_out() -> None:
    table, chance = contracts(), np.random.default_rng(1)
    after = np.where(table.y == 1, chance.normal(8, 1, 600), chance.normal(3, 1, 600))
    unknown = np.where(table.y == 1, np.nan, 1.0)  # only filled for those who stayed
    reason = np.where(table.y == 1, chance.integers(0, 3, 600), 3).astype(float)
    planted = [
        Column("final_bill", after),
        Column("renewed_on", unknown),
        Column("reason", reason, ("a", "b", "c", "none")),
    ]
    assert find_leaks(table) == {}
    for column in planted:
        table = with_column(table, column)
    card = cross_validate(table, folds=2)
    assert list(card.leaks) == ["final_bill", "renewed_on", "reason"]
    assert card.features == ("tenure", "plan", "noise")
    assert card.quality["boosting"].auc < 0.9


def test_chances_beat_the_share_and_are_calibrated() -> None:
    card = cross_validate(contracts(1200), folds=2)
    assert card.usable
    assert card.quality[card.chosen].brier < card.quality["naive"].brier - 0.03
    assert card.quality["naive"].auc == 0.5
    assert card.margin is not None
    assert card.margin.gain == pytest.approx(card.quality["naive"].brier - card.quality[card.chosen].brier, abs=1e-3)
    assert 0 < card.margin.low < card.margin.gain < card.margin.high
    assert sum(one.customers for one in card.calibration) == card.rows == 1200


def test_what_tells_nothing_is_not_to_be_used() -> None:
    table = contracts()
    shuffled = Table(table.columns, np.random.default_rng(9).permutation(table.y), "left", table.ids)
    card = cross_validate(shuffled, folds=2)
    assert (card.usable, card.reason) == (False, "no_better_than_naive")
    leaking = Table((Column("outcome", table.y.astype(float)),), table.y, "left", table.ids)
    assert cross_validate(leaking, folds=2).reason == "no_features"


def test_reasons_name_the_values_that_raise_and_lower() -> None:
    table = contracts(1200)
    rows = table.matrix()
    model = ChurnModel("boosting", table.columns).fit(rows, table.y)
    newcomer = np.array([1.0, 1.0, np.nan])
    found = {one.feature: one for one in model.because(newcomer)}
    assert (found["tenure"].value, found["tenure"].raises) == ("1", True)
    assert found["tenure"].chance_with_usual < model.ranking(newcomer[None, :])[0]
    assert not {one.feature for one in model.because(model.usual)}
    faithful = next(iter(model.because(np.array([59.0, model.usual[1], model.usual[2]]))))
    assert (faithful.feature, faithful.raises) == ("tenure", False)


def _csv(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text)
    return path


def test_a_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    rows = ""
    for number in range(120):
        colour, gone = "red" if number % 3 else "", "是" if number % 4 == 0 else "否"
        rows += f'n{number},"{number * 10:,}.5",{colour},x,{gone}\n'
    table = read_table(_csv(tmp_path, "name,amount,colour,same,gone\n" + rows + "n,1,red,x,\n"), target="gone")
    assert (len(table.y), int(table.y.sum()), table.positive) == (120, 30, "是")
    assert [(one.name, one.levels) for one in table.columns] == [("amount", ()), ("colour", ("", "red"))]
    assert table.columns[0].values[119] == 1190.5
    assert table.left_out == ("name", "same")


def test_a_huge_cell_takes_its_own_room_alone_and_huge_figures_are_unknown(tmp_path: Path) -> None:
    rows = "".join(f"{'x' * 1_900_000 if one == 5 else 'ab'[one % 2]},{one % 3 % 2}\n" for one in range(40))
    path = _csv(tmp_path, "text,y\n" + rows)
    tracemalloc.start()
    table = read_table(path, target="y")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000
    assert max(len(level) for level in table.columns[0].levels) == 100
    much = to_column("much", ["1e308", *["7", "9"] * 40])
    assert much is not None
    assert (much.levels, int(np.isnan(much.values).sum())) == ((), 1)


def test_files_that_cannot_be_predicted_from_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetWrong, match="3: 0, 1, 2"):
        read_table(_csv(tmp_path, "a,b\n1,0\n2,1\n3,2\n"), target="b")
    with pytest.raises(NothingFilled):
        read_table(_csv(tmp_path, "a,b\n1,\n2,\n"), target="b")
    with pytest.raises(TooFewRows, match="the rarer value 1 times"):
        cross_validate(read_table(_csv(tmp_path, "a,b\n1,0\n2,1\n3,0\n"), target="b"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give two years of purchases: half of the customers stop at a random day."""
    chance = np.random.default_rng(4)
    lines = ["customer,day,amount"]
    for customer in range(400):
        stops = chance.integers(100, 900) if customer % 2 else 10_000
        at = int(chance.integers(0, 60))
        while at < min(stops, 720):
            lines.append(f"c{customer},{date.fromordinal(date(2024, 1, 1).toordinal() + at)},{chance.integers(5, 90)}")
            at += int(chance.integers(5, 50))
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def _read(path: Path) -> Purchases:
    return read_purchases(path, customer="customer", day="day", amount="amount", today=date(2026, 6, 1))


def test_what_is_known_of_a_day_does_not_know_the_days_after(shop: Path, tmp_path: Path) -> None:
    day = date(2025, 3, 1)
    lines = shop.read_text().splitlines()
    known = [lines[0], *(one for one in lines[1:] if one.split(",")[1] < "2025-03-01"), "c9999,2025-03-01,5"]
    (tmp_path / "known.csv").write_text("\n".join(known) + "\n")
    whole, cut = features_as_of(_read(shop), day, 90), features_as_of(_read(tmp_path / "known.csv"), day, 90)
    assert whole.ids == cut.ids
    assert np.array_equal(whole.matrix(), cut.matrix(), equal_nan=True)
    assert 0 < whole.y.mean() < 0.5
    assert cut.y.all()


def test_who_stopped_buying_is_told_by_a_model_that_was_tested_later(shop: Path) -> None:
    found = fit_purchase_churn(_read(shop), horizon=90)
    assert (found.fitted_on < found.tested_on, found.card.tested_on, found.card.leaks) == (True, "a later day", {})
    assert found.card.usable
    assert found.card.quality[found.card.chosen].auc > 0.75
    chances = found.model.chance(found.today.matrix())
    late = found.today.columns[0].values > 80
    assert chances[late].mean() > chances[~late].mean() + 0.3
    with pytest.raises(CalibrationEndWrong):
        fit_purchase_churn(_read(shop), horizon=400)
