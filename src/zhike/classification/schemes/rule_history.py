"""Steps back and forth while a rule is edited: kept in the person's session, so a reload loses none."""

from collections.abc import MutableMapping
from typing import Any

MOST_STEPS = 30
MOST_RULES = 4
KEPT = "rule_steps"
type Document = dict[str, Any] | None
type Session = MutableMapping[str, Any]


def remember(session: Session, rule: str, before: Document, after: Document) -> None:
    """Note an edit of the rule named `rule`; what was undone before it cannot be done again."""
    if before == after:
        return
    steps = _steps(session, rule)
    steps["back"] = [*steps["back"], before][-MOST_STEPS:]
    steps["ahead"] = []
    _keep(session, rule, steps)


def step(session: Session, rule: str, way: str, now: Document) -> Document:
    """Return the rule one step "back" or "ahead"; as it is where there is none."""
    steps = _steps(session, rule)
    if not steps[way]:
        return now
    other = "ahead" if way == "back" else "back"
    found: Document = steps[way].pop()
    steps[other] = [*steps[other], now][-MOST_STEPS:]
    _keep(session, rule, steps)
    return found


def can_step(session: Session, rule: str) -> dict[str, bool]:
    return {way: bool(kept) for way, kept in _steps(session, rule).items()}


def _steps(session: Session, rule: str) -> dict[str, list[Document]]:
    kept = session.get(KEPT, {}).get(rule, {})
    return {"back": list(kept.get("back", [])), "ahead": list(kept.get("ahead", []))}


def _keep(session: Session, rule: str, steps: dict[str, list[Document]]) -> None:
    others = {name: kept for name, kept in session.get(KEPT, {}).items() if name != rule}
    newest = list(others.items())[-(MOST_RULES - 1) :]
    session[KEPT] = dict(newest) | {rule: steps}
