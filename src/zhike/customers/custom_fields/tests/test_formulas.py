from decimal import Decimal

import pytest

from zhike.accounts.public import SYSTEM
from zhike.customers.custom_fields import actions, errors
from zhike.customers.custom_fields.columns import read_held
from zhike.customers.custom_fields.definitions import all_fields
from zhike.customers.custom_fields.formulas import Unreadable, find_circle, parse_formula, steps_of, type_of
from zhike.customers.models import Listing
from zhike.customers.profile.actions import change_customer
from zhike.customers.testing import NOON, make_customer, make_field
from zhike.engine.public import Formula, Held, find_result

TYPES = {"seats": "number", "budget": "money", "value": "money"}
HELD = {"seats": Decimal(4), "budget": Decimal(10000), "value": None}


@pytest.mark.parametrize(
    ("text", "result", "kind"),
    [
        ("1 + 2 * 3", "7", "number"),
        ("(1 + 2) * 3", "9", "number"),
        ("-seats - -1", "-3", "number"),
        ("budget / seats", "2500", "money"),
        ("budget * 1.5 + 1", "15100", "money"),
        ("budget / budget", "1", "number"),
        ("seats / (seats - 4)", None, "number"),
        ("value + budget", None, "money"),
        ("empty(value, 0) + budget", "10000", "money"),
        ("most(budget, 200)", "20000", "money"),
        ("least(seats, 3)", "3", "number"),
    ],
)
def test_what_a_formula_comes_to(text, result, kind):
    formula = parse_formula(text)
    assert type_of(formula, lambda key: TYPES.get(key, "")) == kind
    steps = steps_of(formula, Held, lambda key: TYPES.get(key, ""), 100)
    assert find_result(Formula(steps, 6), HELD) == (None if result is None else Decimal(result))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "ends_early"), ("1 +", "ends_early"), ("(1", "ends_early"), ("1 2", "unexpected"), ("* 2", "unexpected"),
        ("__import__('os')", "unknown_sign"), ("exec(1, 2)", "unknown_function"), ("a; b", "unknown_sign"),
        ("(" * 20 + "1" + ")" * 20, "too_deep"), ("-" * 30 + "1", "too_deep"), ("1" + "+1" * 300, "too_long"),
        ("2 ** 9", "unexpected"), ("seats.real", "unknown_sign"),
    ],
)  # fmt: skip
def test_what_is_no_formula_says_where(text, reason):
    with pytest.raises(Unreadable) as told:
        parse_formula(text)
    assert told.value.reason == reason


@pytest.mark.parametrize("text", ["budget + seats", "budget * budget", "seats / budget", "spam + 1"])
def test_amounts_and_numbers_are_told_apart(text):
    with pytest.raises(Unreadable):
        type_of(parse_formula(text), lambda key: TYPES.get(key, ""))


def test_a_circle_is_found_with_its_way():
    formulas = {key: parse_formula(text) for key, text in {"a": "b + 1", "b": "c * 2", "c": "a", "d": "a"}.items()}
    assert find_circle(formulas) == ["a", "b", "c", "a"]


@pytest.mark.django_db
def test_a_circle_is_refused_with_the_names_along_it():
    make_field("a", "number", name_zh="甲")
    make_field("b", "formula", name_zh="乙", formula="a + 1")
    make_field("c", "formula", name_zh="丙", formula="b + 1")
    with pytest.raises(errors.FormulaCircle) as told:
        actions.change_field(key="b", formula="c + 1", by=SYSTEM, at=NOON)
    assert told.value.facts["circle"] == "乙 → 丙 → 乙"
    assert all_fields()["b"].formula == "a + 1"


@pytest.mark.django_db
def test_formulas_read_other_formulas_and_the_figures_of_the_list():
    make_field("seats", "number")
    make_field("average", "formula", formula="value / frequency")
    make_field("twice", "formula", formula="average * 2 / seats")
    customer = make_customer()
    change_customer(customer_id=customer.id, by=SYSTEM, at=NOON, custom={"seats": 3})
    held = read_held([customer.id])[customer.id]
    assert held.value(all_fields()["average"]) is None  # nothing divided by no purchase
    Listing.objects.filter(customer=customer).update(value=100_00, frequency=3)
    held = read_held([customer.id])[customer.id]
    assert held.value(all_fields()["average"]) == Decimal("3333")
    assert held.value(all_fields()["twice"]) == Decimal("2222")


@pytest.mark.django_db
def test_a_field_that_a_formula_asks_for_is_not_archived():
    make_field("seats", "number")
    make_field("twice", "formula", formula="seats * 2")
    with pytest.raises(errors.FieldInUse):
        actions.archive_field(key="seats", by=SYSTEM, at=NOON)
    assert not all_fields()["seats"].archived
