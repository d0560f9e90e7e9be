"""`zhike engine`: figures as JSON without a database, and a sentence in the reader's language where there are none."""

import json
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from zhike.config import cli
from zhike.config.errors import CannotStart
from zhike.engine.testing import write_store


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIKE_LANG", "en")


def ask(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert cli.run_verb(["engine", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "orders.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def shop(folder: Path) -> Path:
    """Write a year of purchases: customers buy at different rates, and some stop."""
    chance, lines = Random(3), ["who,on,sum,money"]
    for customer in range(300):
        at, gap, stops = chance.randrange(90), chance.choice([6, 15, 40, 120]), chance.choice([60, 200, 999, 999])
        while at < min(stops, 360):
            day = date(2025, 1, 1) + timedelta(days=at)
            lines.append(f"c{customer},{day} 10:30:00,{chance.randrange(5, 25) + customer % 40}.50,EUR")
            at += 1 + int(chance.expovariate(1 / gap))
    return write(folder, "\n".join(lines) + "\n")


def test_btyd_prints_models_and_how_they_predicted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = ask(
        capsys, "btyd", shop(tmp_path), "--customer", "who", "--date", "on", "--amount", "sum", "--currency", "money",
        "--unit", "day", "--calibration-end", "2025-09-30", "--model", "auto",
    )  # fmt: skip
    assert (found["file"], found["customers"], found["observed_until"]) == ("orders.csv", 276, "2025-09-30")
    assert set(found["models"]) == {"bgnbd", "mbgnbd", "paretonbd", "nbd"}
    assert found["chosen"] in found["models"]
    model = found["models"][found["chosen"]]
    assert set(model["parameters"]) == set(model["standard_errors"])
    assert set(model["holdout"]) == {"total", "mae", "rmse", "log_score"}
    assert set(found["holdout"]["naive"]) == {"total", "mae", "rmse"}
    assert found["gamma_gamma"]["identified"]


def test_without_numbers_there_is_a_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    once = write(tmp_path, "c,d\n" + "".join(f"{one},2025-01-{one % 28 + 1:02}\n" for one in range(50)))
    found = ask(capsys, "btyd", once, "--customer", "c", "--date", "d", "--model", "bgnbd")["models"]["bgnbd"]
    assert found == {
        "identified": False,
        "reason_code": "no_repeat_buyers",
        "reason": "not identified: no repeat buyers",
        "customers": 50,
    }


BTYD = ["btyd", "--customer", "c", "--date", "d"]
CHURN, PAIRS = ["churn", "--target", "y"], ["pairs", "--basket", "b", "--item", "i"]
AMOUNT = [*BTYD, "--amount", "m"]
type Case = tuple[str | bytes, list[str], str]
WRONG: dict[str, Case] = {
    "missing column": ("a,d\n1,2025-01-01\n", BTYD, "has no column c. It has: a, d"),
    "column twice": ("c,c,d\n1,2,2025-01-01\n", BTYD, "has the column c more than once"),
    "nothing": ("", BTYD, "orders.csv is empty, or its first line names no columns"),
    "blank lines": ("\n\n", PAIRS, "orders.csv is empty"),
    "no orders": ("c,d\n", BTYD, "No line of orders.csv can be used: 0 lines"),
    "nobody": ("c,d\n,2025-01-01\n ,2025-01-02\n", BTYD, "2 lines, 2 without a customer"),
    "bad dates": ("c,d\n1,yesterday\n2,31/12/2024\n", BTYD, "2 with a date or an amount that cannot be read"),
    "bad amounts": ("c,d,m\n1,2025-01-01,1e400\n2,2025-01-01,NaN\n", AMOUNT, "2 with a date or an amount"),
    "the future": ("c,d\n1,2999-01-01\n", BTYD, "1 in the future"),
    "only returns": ("c,d,m\n1,2025-01-01,-5\n", AMOUNT, "1 customer days whose amounts come to 0 or less"),
    "two currencies": (
        "c,d,m,k\n1,2025-01-01,5,EUR\n1,2025-01-02,5,cny\n",
        [*AMOUNT, "--currency", "k"],
        "The amounts are in CNY, EUR; they are never added up",
    ),
    "a currency and none": (
        "c,d,m,k\n1,2025-01-01,5,EUR\n1,2025-01-02,5,\n1,2025-01-03,,CNY\n",
        [*AMOUNT, "--currency", "k"],
        "1 lines have an amount and no currency, others have EUR",
    ),
    "one currency of no column": (
        "c,d,m\n1,2025-01-01,5\n",
        [*AMOUNT, "--only", "EUR"],
        "Nothing tells which lines are in EUR",
    ),
    "calibration": (
        "c,d\n1,2025-01-01\n1,2025-02-01\n",
        [*BTYD, "--calibration-end", "2025-02-01"],
        "purchases are from 2025-01-01 to 2025-02-01",
    ),
    "one day": (
        "c,d\n1,2025-01-01\n2,2025-01-01\n",
        [*BTYD, "--calibration-end", "2025-01-01"],
        "purchases are from 2025-01-01 to 2025-01-01",
    ),
    "a line cut short": ("c,d\n1,2025-01-01\n2\n", BTYD, "Line 3 of orders.csv has more or fewer cells"),
    "a line too long": ("c,d\n1,2025-01-01,3,4\n", BTYD, "Line 2 of orders.csv has more or fewer cells"),
    "far down": ("b,i\n" + "1,tea\n" * 9000 + "2,tea,4,5\n", PAIRS, "Line 9002 of orders.csv has more or fewer cells"),
    "an open quote": ('c,d\n"1,2025-01-01\n2,2025-01-01\n', BTYD, 'In line 2 of orders.csv a cell that begins with "'),
    "a huge cell": ("b,i\n1," + "x" * 2_000_001 + "\n", PAIRS, "Line 2 of orders.csv is longer than 2000000 bytes"),
    "a workbook": (b"PK\3\4" + bytes(range(256)), BTYD, "orders.csv is no text in UTF-8, UTF-16 or GB18030 (GBK)"),
    "other letters": ("c,d\nJos\xe9,2025-01-01\n".encode("latin-1"), BTYD, "is no text in UTF-8"),
    "no target": ("a,y\n1,\n2,\n", CHURN, "No line of orders.csv has a value in y; it has 2 lines"),
    "one outcome": ("a,y\n1,No\n2,No\n", CHURN, "it must have two values, and it has 1: No"),
    "three outcomes": ("a,y\n1,0\n2,1\n3,2\n", CHURN, "it must have two values, and it has 3: 0, 1, 2"),
    "no basket": ("b,i\n,tea\n1,\n", PAIRS, "No line of orders.csv has a value in b + i; it has 2 lines"),
}


@pytest.mark.parametrize("what", list(WRONG))
def test_bad_input_is_refused_with_a_sentence(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, words, sentence = WRONG[what]
    said = []
    for language in ("en", "zh"):
        monkeypatch.setenv("ZHIKE_LANG", language)
        with pytest.raises(CannotStart) as refused:
            cli.run_verb(["engine", words[0], str(write(tmp_path, text)), *words[1:]])
        assert refused.value.exit_code == 2
        said.append(refused.value.message)
    assert sentence in said[0]
    assert is_chinese(said[1])


def is_chinese(text: str) -> bool:
    return any("一" <= one <= "鿿" for one in text)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(CannotStart, match="There is no file"):
            cli.run_verb(["engine", "btyd", str(path), *BTYD[1:]])


def test_words_that_do_not_fit_are_said_in_both_languages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {
        "btyd x.csv --customer c": "the following arguments are required: --date",
        "btyd x.csv --customer c --date": "argument --date: expected one argument",
        "btyd x.csv --customer c --date d --calibration-end 2025-13-01": "a day as 2026-11-22 is wanted",
        "btyd x.csv --customer c --date d --model best": "argument --model: 'best' is not among",
        "pairs x.csv --basket b --item i --min-support few": "argument --min-support: a number is wanted",
        "pairs x.csv --basket b --item i --lift 3": "unrecognized arguments: --lift 3",
        "run --store x --as-of today": "argument --as-of: a day as 2026-11-22 is wanted",
    }
    for words, sentence in wrong.items():
        for language in ("en", "zh"):
            monkeypatch.setenv("ZHIKE_LANG", language)
            with pytest.raises(SystemExit, match="2"):
                cli.run_verb(["engine", *words.split()])
            told = capsys.readouterr().err.splitlines()[-1]
            assert is_chinese(told) if language == "zh" else sentence in told


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_files_in_the_letters_that_firms_use_are_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, letters: str
) -> None:
    path = write(tmp_path, "订单;品名\r\n1;茶\r\n1;杯\r\n2;茶\r\n".encode(letters))
    found = ask(capsys, "pairs", path, "--basket", "订单", "--item", "品名")
    assert [one["items"] for one in found["pairs"]] == [["杯", "茶"]]


def test_odd_shops_give_reasons_and_no_numbers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    days = [date(2010, 1, 1) + timedelta(days=one) for one in range(5000)]
    shops = {
        "no_time": [f"{one},2025-01-01" for one in range(40)],
        "too_few_customers": [f"{one},{day}" for one in range(5) for day in days],  # five accounts of 5,000 orders
        "no_repeat_buyers": [f"{one},2025-01-{one % 28 + 1:02}" for one in range(40)],
    }
    for reason, lines in shops.items():
        path = write(tmp_path, "c,d\n" + "\n".join(lines) + "\n")
        found = ask(capsys, "btyd", path, *BTYD[1:])
        assert {one["reason_code"] for one in found["models"].values()} == {reason}
        assert not any("parameters" in one for one in found["models"].values())
        assert found["chosen"] is None


def test_five_accounts_of_5000_orders_are_set_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    days = [date(2010, 1, 1) + timedelta(days=one) for one in range(5000)]
    accounts = "".join(f"big{one},{day},9,EUR\n" for one in range(5) for day in days)
    alone = ask(capsys, "btyd", shop(tmp_path), "--customer", "who", "--date", "on", "--model", "bgnbd")
    text = (tmp_path / "orders.csv").read_text()
    found = ask(
        capsys, "btyd", write(tmp_path, text + accounts), "--customer", "who", "--date", "on", "--model", "bgnbd"
    )
    assert (found["customers"], found["set_apart"]["customers"]) == (alone["customers"] + 5, 5)
    assert found["models"]["bgnbd"]["parameters"] == alone["models"]["bgnbd"]["parameters"]


def test_odd_lines_are_left_out_and_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "c,d,m,k\n1,2025-03-30 01:30:00+01:00,5,EUR\n1,2025-03-30 03:30:00+02:00,5,EUR\n"  # one day, clocks moved
        "1,20250401,7,EUR\n1,2025-04-01,7,EUR\n2,2025/4/2,3,EUR\n2,2025-04-02,-3,EUR\n,2025-04-01,1,EUR\n"
        "2,2025-04-05,x,EUR\n3,2999-01-01,1,EUR\n3,2025年4月7日,9,EUR\n4,2025-04-07,9,CNY\n",
    )
    found = ask(
        capsys, "btyd", path, "--customer", "c", "--date", "d", "--amount", "m", "--currency", "k", "--only", "EUR"
    )
    assert (found["customers"], found["repeat_purchases"], found["last_day"]) == (2, 1, "2025-04-07")
    assert found["left_out"] == {
        "without_customer": 1, "unreadable": 1, "in_future": 1, "not_positive_customer_days": 1,
    }  # fmt: skip
    assert found["chosen"] is None


def test_churn_prints_quality_beside_the_baseline(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chance = Random(1)
    rows = "".join(f"n{one},{one % 50},{'Yes' if one % 50 < chance.randrange(50) else 'No'}\n" for one in range(300))
    path = write(tmp_path, "id,tenure,Churn\n" + rows)
    found = ask(capsys, "churn", path, "--target", "Churn", "--id", "id", "--folds", 2)
    assert (found["rows"], found["positives"], found["features"]) == (300, found["positives"], ["tenure"])
    assert found["auc"] > 0.7
    assert set(found["baseline"]) == {"auc", "average_precision", "brier", "log_loss"}
    with pytest.raises(CannotStart, match="it must have two values, and it has 50"):
        cli.run_verb(["engine", "churn", str(path), "--target", "tenure"])


def test_pairs_prints_what_is_bought_together(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path, "b,i\n" + "".join(f"{one},tea\n{one},cup\n" for one in range(9)) + "9,tea\n")
    found = ask(capsys, "pairs", path, "--basket", "b", "--item", "i", "--min-support", 0.5)
    assert found["pairs"] == [
        {"items": ["cup", "tea"], "together": 9, "counts": [9, 10], "support": 0.9, "confidence": 1.0,
         "confidence_back": 0.9, "lift": 1.0}
    ]  # fmt: skip
    with pytest.raises(CannotStart, match="a share of all baskets between 0 and 1; 7"):
        cli.run_verb(["engine", "pairs", str(path), "--basket", "b", "--item", "i", "--min-support", "7"])


@pytest.mark.parametrize("folds", ["1", "0", "-3"])
def test_rows_are_split_into_two_parts_at_least(capsys: pytest.CaptureFixture[str], folds: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.run_verb(["engine", "churn", "any.csv", "--target", "x", "--folds", folds])
    assert "argument --folds: at least 2" in capsys.readouterr().err


SHOP = [(1, "2026-01-05T08:00:00", 9_000), (1, "2026-02-03T23:30:00", 500), (2, "2025-06-01T01:00:00", 100)]
HERE = ["--zone", "Asia/Shanghai", "--currency", "CNY", "--as-of", "2026-02-05"]


def test_all_stages_over_a_store_of_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    store, out = write_store(tmp_path / "store", SHOP), tmp_path / "out"
    found = ask(capsys, "run", "--store", store, *HERE, "--out", out)
    assert (found["engine"], found["lines"], found["customers"], found["cohort_cells"]) == ("duckdb", 3, 2, 3)
    lifecycle = {key: number for key, number in found["classes"]["lifecycle 1"].items() if number}
    assert lifecycle == {"repeat": 1, "lost": 1}
    assert set(found["seconds"]) == {"start", "days", "customers", "cohorts", "counts", "write", "whole"}
    rows = duckdb.sql(f"SELECT customer_id, last_day, monetary FROM '{out}/customers/*.parquet' ORDER BY 1").fetchall()
    assert rows == [(1, date(2026, 2, 4), 9_500), (2, date(2025, 6, 1), 100)]
    chosen = tmp_path / "schemes.json"
    chosen.write_text(json.dumps([{"id": 4, "kind": "rule", "parameters": {"default": "no"}, "classes": [
        [41, "yes", {"version": 2, "rule": {"fact": "purchase", "op": "ge", "value": 2}}], [42, "no", None],
    ]}]))  # fmt: skip
    assert ask(capsys, "run", "--store", store, *HERE, "--schemes", chosen)["classes"] == {
        "rule 4": {"yes": 1, "no": 1}
    }


def test_a_store_that_is_none_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('[{"id": 1}]')
    store = write_store(tmp_path / "store", SHOP)
    for words, sentence in (
        (["--store", tmp_path / "none", *HERE], "There is no store of this version at"),
        (["--store", "s3a://bucket/store", *HERE], "DuckDB reads stores in folders of this machine only"),
        (["--store", store], "Nothing tells the time zone and the currency of"),
        (["--store", store, *HERE, "--schemes", wrong], "holds no schemes"),
        (["--store", store, *HERE, "--schemes", "last"], "holds no schemes"),
    ):
        with pytest.raises(CannotStart) as refused:
            cli.run_verb(["engine", "run", *map(str, words)])
        assert sentence in refused.value.message
    with pytest.raises(SystemExit):
        cli.run_verb(["engine", "run", "--store", str(store), "--zone", "Mars/Olympus"])


def test_spark_that_is_not_here_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for missing, sentence in (("pyspark", "Spark is not installed here"), ("java", "Spark needs Java 17 or later")):
        monkeypatch.setattr("zhike.engine.spark.session.missing_for_spark", lambda what=missing: what)
        with pytest.raises(CannotStart) as refused:
            cli.run_verb(["engine", "run", "--store", str(tmp_path), "--engine", "spark", *HERE])
        assert sentence in refused.value.message


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_breaks_off_a_run_reads_one_sentence(tmp_path: Path, number: int) -> None:
    """Whatever Python is waiting for: here the call that answers for Java logs the fault that reaches it."""
    code = f"""
import logging, os, sys
from zhike.config import cli
from zhike.engine import computing
def wait(*_, **__):
    try:
        os.kill(os.getpid(), {number})
    except KeyboardInterrupt:
        logging.exception("while sending a command")
        raise
computing.compute_results = wait
cli.main(["engine", "run", "--store", {str(tmp_path)!r}, *{HERE!r}])
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "zh_CN.UTF-8", "ZHIKE_LANG": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "", "zhike: 已中断，没有算完。\n")
