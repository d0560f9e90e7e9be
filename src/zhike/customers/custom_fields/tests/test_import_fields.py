import csv

import pytest

from zhike.accounts.public import SYSTEM
from zhike.customers.imports.actions import create_import, save_mapping, start_here
from zhike.customers.imports.kinds import import_kinds
from zhike.customers.imports.places import import_folder
from zhike.customers.imports.reasons import say_problems
from zhike.customers.imports.running import run_import
from zhike.customers.models import Customer
from zhike.customers.profile.actions import change_customer
from zhike.customers.testing import NOON, make_customer, make_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def fields():
    make_field("heat", "choice", name_zh="热度", choices="hot=热=Hot\ncold=冷=Cold")
    make_field("seats", "number", name_zh="席位", limits={"least": "1", "most": "500", "decimals": 0})
    make_field("budget", "money", name_zh="预算")
    make_field("since", "date", name_zh="签约日")
    make_field("code", name_zh="客户编码X", unique=True)
    make_field("areas", "choices", name_zh="片区", choices="n=北\ns=南")
    make_field("key_account", "yes_no", name_zh="大客户")


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


HEADING = ["编号", "客户名称", "热度", "席位", "预算", "签约日", "客户编码X", "片区", "大客户"]


def take(tmp_path, rows, **settings):
    path = tmp_path / "customers.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([HEADING, *rows])
    run = create_import(kind="customers", path=path, name="customers.csv", by=SYSTEM, at=NOON)
    guessed = run.options["mapping"]
    run = save_mapping(run=run, mapping=guessed, by=SYSTEM, at=NOON, source="erp", **settings)
    run = start_here(run=run, by=SYSTEM, at=NOON)
    return guessed, run_import(import_id=run.id)


def test_a_thousand_rows_with_custom_fields_come_in_and_bad_values_are_refused_with_the_reason(tmp_path, fields):
    change_customer(customer_id=make_customer("Old").id, by=SYSTEM, at=NOON, custom={"code": "TAKEN"})
    rows = [
        [f"c{n}", f"客户{n}", "热" if n % 2 else "Cold", n % 500 + 1, f"{n}.50", "2026-03-08", f"K{n}", "南、北", "是"]
        for n in range(1000)
    ]
    bad = {
        0: (2, "温"), 1: (3, "many"), 2: (3, "501"), 3: (3, "1.5"), 4: (4, "lots"), 5: (5, "soon"), 6: (6, "taken"),
        7: (6, "k8"), 8: (6, "K8"), 9: (7, "东"), 10: (8, "maybe"), 11: (3, "0"),
    }  # fmt: skip
    for row, (column, value) in bad.items():
        rows[row][column] = value
    guessed, run = take(tmp_path, rows)
    assert guessed == {
        "external_id": "编号", "name": "客户名称", "cf_heat": "热度", "cf_seats": "席位", "cf_budget": "预算",
        "cf_since": "签约日", "cf_code": "客户编码X", "cf_areas": "片区", "cf_key_account": "大客户",
    }  # fmt: skip
    assert (run.report["accepted"], run.report["rejected"]) == (989, 11)
    assert run.progress["reasons"] == {
        "unknown_value:cf_heat": 1, "not_a_number:cf_seats": 1, "too_large:cf_seats": 1, "decimals:cf_seats": 1,
        "not_a_number:cf_budget": 1, "not_a_date:cf_since": 1, "taken:cf_code": 2, "unknown_value:cf_areas": 1,
        "unknown_value:cf_key_account": 1, "too_small:cf_seats": 1,
    }  # fmt: skip
    one = Customer.objects.get(external_ids__value="c100")
    assert one.custom == {
        "heat": "cold", "seats": "101", "budget": 10050, "since": "2026-03-08", "code": "K100", "areas": ["n", "s"],
        "key_account": True,
    }  # fmt: skip
    said = say_problems(import_kinds["customers"], "taken:cf_code;too_large:cf_seats")
    assert "客户编码X" in said


def test_the_same_file_again_changes_nothing_and_blanks_are_filled(tmp_path, fields):
    row = ["c1", "客户", "热", "3", "", "", "K1", "", ""]
    take(tmp_path, [row])
    assert Customer.objects.get(name="客户").custom == {"heat": "hot", "seats": "3", "code": "K1"}
    _guessed, run = take(tmp_path, [row])
    assert run.report["customers"] == {"created": 0, "updated": 0, "unchanged": 1}
    _guessed, run = take(tmp_path, [["c1", "客户", "冷", "3", "9.9", "", "K1", "", ""]])
    assert Customer.objects.get(name="客户").custom == {"heat": "hot", "seats": "3", "code": "K1", "budget": 990}
    take(tmp_path, [["c1", "客户", "冷", "", "", "", "", "", ""]], overwrite=True)
    assert Customer.objects.get(name="客户").custom["heat"] == "cold"


def test_a_customer_that_the_file_makes_gets_the_defaults(tmp_path):
    make_field("heat", "choice", choices="hot=热\ncold=冷", default="cold")
    path = tmp_path / "c.csv"
    path.write_text("客户名称\n甲\n")
    run = create_import(kind="customers", path=path, name="c.csv", by=SYSTEM, at=NOON)
    run = save_mapping(run=run, mapping=run.options["mapping"], by=SYSTEM, at=NOON)
    run_import(import_id=start_here(run=run, by=SYSTEM, at=NOON).id)
    assert Customer.objects.get(name="甲").custom == {"heat": "cold"}
    assert import_folder(run.id).exists()
