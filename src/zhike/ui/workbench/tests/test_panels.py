"""Which parts the workbench shows to whom, and the steps of the checklist."""

from typing import Any

import pytest

from zhike.kit.actor import Actor
from zhike.ui.workbench import queries
from zhike.ui.workbench.registry import ChecklistItem, WorkbenchPanel

ANA = Actor(kind="user", id=1, name="Ana", permissions=frozenset({"shop.look"}))


def panel(key: str, order: int, *, place: Any = "main", permission: str = "", facts: Any = True) -> WorkbenchPanel:
    return WorkbenchPanel(
        key,
        place,
        order,
        permission,
        "x.html",
        lambda actor, days: {"who": actor.name, "days": days} if facts else None,
    )


def step(key: str, order: int, done: bool, permission: str = "") -> ChecklistItem:
    return ChecklistItem(key, order, permission, "check", key, key, "start", lambda actor: done)


def test_panels_stand_in_order_by_place(monkeypatch: pytest.MonkeyPatch) -> None:
    panels = [panel("b", 20), panel("a", 10), panel("c", 5, place="rail")]
    monkeypatch.setattr(queries, "workbench_panels", panels)
    loaded = queries.load_panels(actor=ANA, days=30)
    assert {place: [one.panel.key for one in found] for place, found in loaded.items()} == {
        "main": ["a", "b"],
        "rail": ["c"],
    }
    assert loaded["main"][0].context == {"who": "Ana", "days": 30}


def test_what_one_may_not_see_is_not_even_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    secret = WorkbenchPanel("s", "main", 1, "shop.secret", "x.html", lambda actor, days: asked.append(actor) or {})
    monkeypatch.setattr(queries, "workbench_panels", [secret, panel("open", 2, permission="shop.look")])
    assert [one.panel.key for one in queries.load_panels(actor=ANA, days=7)["main"]] == ["open"]
    assert asked == []


def test_a_panel_with_nothing_to_show_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "workbench_panels", [panel("empty", 1, facts=False)])
    assert queries.load_panels(actor=ANA, days=7) == {"main": [], "rail": []}


@pytest.mark.parametrize(("asked", "days"), [("7", 7), ("30", 30), ("", 7), ("31", 7), ("-1", 7), ("x", 7), ("７", 7)])
def test_only_the_offered_spans_count(asked: str, days: int) -> None:
    assert queries.read_days(asked) == days


def test_steps_are_those_one_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [step("second", 2, False), step("first", 1, True), step("not mine", 3, False, "shop.secret")]
    monkeypatch.setattr(queries, "checklist_items", items)
    assert [(one.item.key, one.done) for one in queries.list_steps(actor=ANA)] == [("first", True), ("second", False)]
