"""What the how-to for notebooks shows runs as it stands."""

import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import zhike.engine
from zhike.engine.testing import write_store

HOWTO = Path(__file__).resolve().parents[4] / "docs" / "howto"
LANGUAGES = ("notebook.md", "notebook.zh-CN.md")


def programs(name: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (HOWTO / name).read_text(), re.DOTALL)


def fill(folder: Path) -> None:
    """Write the files that the how-to speaks of: sixty customers of different habits, contracts."""
    chance = random.Random(5)
    orders, bought = ["customer,date,amount,basket,item"], []
    for customer in range(60):
        day, gap = date(2025, 9, 1) + timedelta(days=chance.randrange(120)), chance.randrange(5, 90)
        while day < date(2026, 11, 20) and chance.random() < 0.93:
            amount = 5 + customer % 7 + chance.randrange(9)
            for item in chance.sample(range(5), 2):
                orders.append(f"{customer},{day},{amount},{customer}-{day},{item}")
            bought.append((customer, f"{day} 04:00:00", 100 * amount))
            day += timedelta(days=1 + int(chance.expovariate(1 / gap)))
    (folder / "orders.csv").write_text("\n".join(orders))
    lines = ["customer,months,plan,left"]
    for customer in range(250):
        months = chance.randrange(1, 40)
        lines.append(f"{customer},{months},{chance.choice('ab')},{int(chance.random() < 1 / (1 + months / 6))}")
    (folder / "contracts.csv").write_text("\n".join(lines))
    write_store(folder / "store", bought)


def test_the_programs_of_the_howto_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    shown: dict[str, Any] = {}
    for program in programs(LANGUAGES[0]):
        exec(compile(program, LANGUAGES[0], "exec"), shown)
    assert shown["fit"].identified
    assert shown["scores"].clv.shape == shown["past"].x.shape
    assert shown["pairs"].found
    assert shown["card"].rows == 250
    people = shown["duckdb"].sql("SELECT customer_id FROM 'results/customers/*.parquet'").fetchall()
    assert shown["found"].customers == len(people) > 50


def test_both_languages_show_the_same_programs() -> None:
    plain = [[re.sub(r" *#.*", "", one) for one in programs(name)] for name in LANGUAGES]
    assert plain[0] == plain[1]


def test_the_engine_opens_its_doors_when_they_are_used() -> None:
    assert zhike.engine.models.fit_btyd.__doc__
    assert {"models", "computing", "public"} <= set(dir(zhike.engine))
    with pytest.raises(AttributeError):
        _ = zhike.engine.nothing
