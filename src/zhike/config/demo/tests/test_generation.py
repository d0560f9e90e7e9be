import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

import phonenumbers
import pytest

from zhike.config.demo.catalogue import CATEGORIES, COMPANIONS, PRODUCTS
from zhike.config.demo.customers import customer_rows
from zhike.config.demo.generation import make_firm
from zhike.config.demo.orders import order_rows
from zhike.config.demo.season import company_weight, person_weight
from zhike.config.demo.staff import STAFF, TEAMS

UNTIL = datetime(2026, 11, 21, 10)


@pytest.fixture(scope="module")
def firm():
    return make_firm(until=UNTIL, language="zh-hans")


def fingerprint(language="zh-hans") -> str:
    made = make_firm(until=UNTIL, language=language)
    digest = sha256()
    for row in [*customer_rows(made.customers), *order_rows(made.orders, language=language)]:
        digest.update(repr(sorted(row.items())).encode())
    return digest.hexdigest()


def test_the_same_firm_whatever_the_hash_seed_of_the_process():
    code = "from zhike.config.demo.tests.test_generation import fingerprint; print(fingerprint())"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {fingerprint()}


def test_2000_customers_40_products_6_categories(firm):
    assert len(firm.customers) == 2000
    assert len({one.number for one in firm.customers}) == 2000
    assert len(PRODUCTS) == 40
    assert {one.category for one in PRODUCTS} == set(CATEGORIES)
    assert len(CATEGORIES) == 6
    kinds = Counter(one.company for one in firm.customers)
    assert 1100 < kinds[True] < 1400


def test_orders_fill_18_months_up_to_the_moment(firm):
    assert firm.orders[0].at.date() < date(2025, 6, 1)
    assert firm.orders[-1].at < UNTIL
    assert (UNTIL - firm.orders[-1].at).days <= 1
    assert all(earlier.at <= later.at for earlier, later in pairwise(firm.orders))
    assert {line.product for order in firm.orders for line in order.lines} == set(PRODUCTS)


def test_spring_festival_is_quiet_and_11_november_is_busy(firm):
    per_day = Counter(order.at.date() for order in firm.orders)
    festival = sum(per_day[date(2026, 2, day)] for day in range(16, 26)) / 10
    february = sum(per_day[date(2026, 2, day)] for day in range(2, 12)) / 10
    assert festival < february / 3
    people = {one.number for one in firm.customers if not one.company}
    bought = Counter(order.at.date() for order in firm.orders if order.customer in people)
    assert max((day for day in bought if day.year == 2025), key=bought.__getitem__) in {
        date(2025, 11, 10),
        date(2025, 11, 11),
    }
    assert company_weight(date(2026, 2, 17)) == 0.04
    assert person_weight(date(2026, 11, 11)) == 7.0


def test_there_are_customers_of_every_stage_of_life(firm):
    days: dict[str, set[date]] = {}
    for order in firm.orders:
        if order.customer and not order.returned:
            days.setdefault(order.customer, set()).add(order.at.date())
    last = {number: (UNTIL.date() - max(bought)).days for number, bought in days.items()}
    assert 150 < 2000 - len(days) < 300  # prospects
    assert 120 < sum(90 < ago <= 180 for ago in last.values()) < 320
    assert 300 < sum(ago > 180 for ago in last.values()) < 700
    assert sum(len(bought) == 1 for bought in days.values()) > 200
    assert 40 < sum(_came_back(sorted(bought)) for bought in days.values()) < 200


def _came_back(bought: list[date]) -> bool:
    recent = (UNTIL.date() - bought[-1]).days <= 90
    return recent and len(bought) > 1 and (bought[-1] - bought[-2]).days > 180


def test_some_goods_come_back_and_some_sales_are_over_the_counter(firm):
    lines = [line for order in firm.orders for line in order.lines]
    assert 100 < sum(line.quantity < 0 for line in lines) < len(lines) / 20
    assert all(line.unit_price > 0 for line in lines)
    assert any(line.unit_price != line.unit_price.quantize(Decimal("0.01")) for line in lines)
    assert 100 < sum(order.customer == "" for order in firm.orders) < 400


def test_customers_keep_to_their_line_of_work_and_products_call_for_others(firm):
    bought = Counter(line.product.sku for order in firm.orders for line in order.lines)
    pairs = Counter(
        (first, then)
        for order in firm.orders
        for first, then in COMPANIONS.items()
        if {first, then} <= {line.product.sku for line in order.lines}
    )
    assert all(pairs[one] > 0.35 * bought[one[0]] for one in COMPANIONS.items())
    oscilloscopes, machines = "TST-O2", "IPC-610"
    who = {
        sku: {order.customer for order in firm.orders for line in order.lines if line.product.sku == sku}
        for sku in (oscilloscopes, machines)
    }
    assert len(who[oscilloscopes] & who[machines]) < 0.3 * len(who[oscilloscopes])


def test_every_phone_parses_and_every_mail_address_leads_nowhere(firm):
    for one in firm.customers:
        number = phonenumbers.parse(one.cells["phone"], one.cells["country"])
        assert phonenumbers.is_possible_number(number), one.cells["phone"]
        assert one.cells["email"] == "" or one.cells["email"].endswith(".example")


def test_owners_are_of_the_staff_and_some_customers_have_none(firm):
    owners = Counter(one.cells["owner"] for one in firm.customers)
    assert set(owners) - {""} == {one.login for one in STAFF if one.sells}
    assert 60 < owners[""] < 300
    assert {one.team for one in STAFF} == set(TEAMS)


def test_the_files_have_a_few_messy_rows(firm):
    customers = list(customer_rows(firm.customers))
    assert len(customers) == 2002
    assert customers[-1]["name"] == ""
    orders = list(order_rows(firm.orders, language="zh-hans"))
    assert [row["order_no"] for row in orders[-4:]] == ["SO-X1", "SO-X2", "SO-X3", ""]


def test_an_english_organisation_gets_english_names():
    made = make_firm(until=UNTIL, language="en")
    rows = [*customer_rows(made.customers), *order_rows(made.orders, language="en")]
    assert not any("\u4e00" <= letter <= "\u9fff" for row in rows for cell in row.values() for letter in cell)
    assert rows[0]["kind"] in {"Person", "Company"}
