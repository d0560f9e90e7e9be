"""Every kind of condition: as text and JSON, over the API, on both engines, and with controls in the editor."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from zhike.accounts.public import SYSTEM
from zhike.accounts.testing import make_user
from zhike.classification.assignments.actions import assign_class
from zhike.classification.evaluation.actions import get_store
from zhike.classification.models import CustomerClass
from zhike.classification.rule_language.reading import read_rule
from zhike.classification.schemes import rule_views, tree, tree_pages, tree_values
from zhike.classification.schemes.actions import create_scheme
from zhike.classification.schemes.class_actions import add_class
from zhike.classification.schemes.leaf_offers import offers
from zhike.classification.schemes.tests.test_rule_round_trip import Form
from zhike.classification.schemes.tree_facts import Offer, leaf_labels
from zhike.classification.schemes.wording import plain_sentence
from zhike.classification.testing import classify_as_of
from zhike.commerce.public import NewLine, create_order
from zhike.customers.public import Customer, add_fact, change_customer
from zhike.customers.testing import clear_fields, make_customer, make_field
from zhike.engine.public import (
    RULE_VERSION,
    find_members,
    parse_rule,
    rule_from_json,
    rule_text,
    rule_to_json,
    traits,
)

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 6, 30)
ZONE = ZoneInfo("Asia/Shanghai")
CONDITIONS = {
    # profile: text, number, choice, dates and their parts, tags, the tree of places
    'industry = "印刷"': "a",
    'industry != "印刷"': "bcd",
    'industry in ("印刷", "钢铁")': "ab",
    'name contains "钱塘"': "a",
    'name starts with "b"': "b",
    "industry is empty": "cd",
    "industry is set": "ab",
    "employees between 50 and 500": "a",
    "employees < 60": "b",
    "employees <= 60": "ab",
    "employees > 9": "ab",
    "employees >= 60": "a",
    'kind in ("person")': "cd",
    'kind != "person"': "ab",
    'kind = "person"': "cd",
    'tags has any ("VIP", "x")': "ab",
    'tags has all ("VIP", "老客户")': "a",
    'tags has none ("VIP")': "cd",
    'place in ("浙江")': "ab",
    'place not in ("杭州市")': "bcd",
    "birthday yearly in next 7 days": "c",
    "birthday month in (5)": "d",
    "birthday >= 1990-01-01": "c",
    "created_day in last 30 days": "d",
    # fields of one's own
    'cf_text contains "0%"': "a",
    "cf_seats > 12": "a",
    "cf_budget >= 100": "a",
    "cf_since in last 30 days": "a",
    'cf_heat in ("hot")': "a",
    'cf_areas has all ("n", "s")': "a",
    'cf_vip in ("true")': "a",
    "cf_partner is set": "a",
    "cf_coach is set": "a",
    "cf_each = 8": "a",
    "cf_staffed between 0.2 and 0.21": "a",
    "cf_usual < 100": "b",
    # figures
    "recency_days <= 5": "a",
    "frequency >= 2": "a",
    "monetary >= 1000": "a",
    "revenue_share >= 93": "a",
    "revenue_share between 6.9 and 7": "b",
    "revenue_share < 1": "cd",
    "revenue_share != 0": "ab",
    "average_order between 1 and 300": "b",
    "days_as_customer > 100": "ab",
    "trend(purchase of amount, last 90 days) >= 20%": "a",
    "trend(purchase, last 90 days, against last year) = 0%": "b",
    'share(purchase where category in ("显卡") of amount, last 365 days) >= 60%': "a",
    # what happened
    "did(purchase)": "ab",
    "did(purchase, last 30 days) = 0": "bcd",
    "did(purchase, last 365 days) >= 3": "a",
    "did(purchase) <= 2": "bcd",
    "did(purchase) = 2": "b",
    "did(purchase, from 2026-06-01 to 2026-06-30) >= 1": "a",
    "did(purchase, calendar month back 2) >= 1": "b",
    'did(purchase where category in ("显卡"), last 90 days) >= 1': "a",
    'did(purchase where product in ("K-1")) >= 1': "b",
    'did(visit where page contains "price") >= 1': "c",
    "sum(purchase of amount) >= 1000": "a",
    "average(purchase of amount) <= 200": "b",
    "least(purchase of amount) >= 300": "a",
    "most(purchase of quantity) >= 3": "b",
    "last(purchase) >= 60 days ago": "b",
    "first(purchase) > 200 days ago": "b",
    "sequence(visit then call within 7 days, last 90 days)": "c",
    # classes, lists by hand, lots
    "class(lifecycle, prospect)": "cd",
    "class(standing, gold)": "ab",
    "class(standing, gold for 30 days)": "a",
    'bucket("hold-out", 0, 100)': "abcd",
}


def at(days_ago, hour=12):
    return datetime(2026, 6, 30, hour, tzinfo=ZONE) - timedelta(days=days_ago)


def order(customer, days_ago, sku, category, price, quantity=1):
    lines = [NewLine(sku, Decimal(quantity), Decimal(price), category=category)]
    number = f"{customer.name}-{days_ago}"
    given = {"source": "shop", "number": number, "currency": "CNY", "lines": lines, "ordered_at": at(days_ago)}
    create_order(**given, customer_id=customer.id, by=SYSTEM, at=at(days_ago))


def happened(customer, kind, days_ago, **attrs):
    add_fact(
        customer_id=customer.id, kind=kind, occurred_at=at(days_ago), source_key=f"{kind}{customer.id}{days_ago}",
        attrs=attrs, by=SYSTEM, at=at(0),
    )  # fmt: skip


@pytest.fixture
def firm():
    long_ago = datetime(2025, 1, 5, 12, tzinfo=UTC)
    a = make_customer(
        "a 钱塘", industry="印刷", employees=60, tags=["VIP", "老客户"], place="浙江省杭州市", at=long_ago
    )
    b = make_customer("b", industry="钢铁", employees=10, tags=["VIP"], place="浙江省宁波市", at=long_ago)
    c = make_customer("c", kind="person", birthday=date(1990, 7, 3), place="北京市", at=long_ago)
    make_customer("d", kind="person", birthday=date(1985, 5, 20), at=at(9))
    own_fields(a, b)
    for days, price in ((3, 500), (40, 400), (120, 700)):
        order(a, days, "GPU", "显卡", price)
    order(b, 65, "K-1", "键盘", 40, 3)
    order(b, 430, "K-1", "键盘", 50, 3)
    for kind, days in (("visit", 20), ("call", 15)):
        happened(c, kind, days, page="/pricelist price")
    create_scheme(key="standing", kind="hand", name_zh="名单", by=SYSTEM, at=at(90))
    add_class(scheme_key="standing", key="gold", name_zh="金", by=SYSTEM, at=at(90))
    gold = CustomerClass.objects.get(key="gold")
    for one, days in ((a, 60), (b, 10)):
        assign_class(
            customer_ids=[one.id], scheme_key="standing", class_id=gold.id, reason="名单", by=SYSTEM, at=at(days)
        )
    classify_as_of(DAY)
    yield
    clear_fields()


def own_fields(a, b):
    make_field("text")
    make_field("seats", "number")
    make_field("budget", "money")
    make_field("since", "date")
    make_field("heat", "choice", choices="hot=热=Hot\ncold=冷=Cold")
    make_field("areas", "choices", choices="n=北\ns=南")
    make_field("vip", "yes_no")
    make_field("partner", "customer")
    make_field("coach", "user")
    make_field("each", "formula", formula="budget / seats")
    make_field("staffed", "formula", formula="seats / employees")
    make_field("none", "money")
    make_field("usual", "formula", formula="least(value / frequency, 100000) + empty(none, 0) - 50")
    values = {
        "text": "100%", "seats": "12.5", "budget": 10000, "since": "2026-06-20", "heat": "hot", "areas": ["n", "s"],
        "vip": True, "partner": b.id, "coach": make_user("coach").id,
    }  # fmt: skip
    change_customer(customer_id=a.id, custom=values, by=SYSTEM, at=at(0))
    change_customer(customer_id=b.id, custom={"seats": "1", "heat": "cold", "vip": False}, by=SYSTEM, at=at(0))


def drawn_again(node, groups, drawing):
    """Return the view of a condition in the editor, and the rule that its untouched form gives."""
    view = tree_pages.draw_tree({"all": [node]}, drawing)
    html = render_to_string(
        "classification/schemes/node.html", {"node": view, "traits": groups, "labels": leaf_labels(), "outer": True}
    )
    form, post = Form(), QueryDict(mutable=True)
    form.feed(html)
    for name, value in form.fields:
        post.appendlist(name, value)
    return view.parts[0], rule_views.read_posted(post, Offer("CNY"))


def test_every_condition_is_asked_everywhere_with_the_same_answer(firm, client):
    client.force_login(make_user("ada"))
    names = dict(Customer.objects.values_list("id", "name"))

    def members(node):
        asked = {"rule": {"version": RULE_VERSION, "rule": node}}
        found = client.post("/api/rules/members", asked, content_type="application/json").json()["ids"]
        return "".join(sorted(names[one][0] for one in found))

    schemes = tree_values.class_choices()
    groups = tree_pages.trait_groups(schemes)
    offered = frozenset(one.key for _, items in offers(groups) for one in items)
    drawing = tree_pages.Drawing(Offer("CNY"), schemes, {}, offered=offered)
    for text, wanted in CONDITIONS.items():
        rule = read_rule(text=text)
        node = rule_to_json(rule)["rule"]
        assert rule_from_json(rule_to_json(rule)) == rule
        assert parse_rule(rule_text(rule, traits), traits) == rule
        assert members(node) == wanted, text
        view, again = drawn_again(node, groups, drawing)
        assert view.trait != tree.WRITTEN, text
        assert again == {"all": [node]} or members(again) == wanted, (text, again)
        assert plain_sentence(rule_to_json(rule), currency="CNY")
    found = find_members(get_store(), read_rule(text=" or ".join(CONDITIONS)), as_of=DAY, engine="postgres")
    assert len(found) == 4
