"""What moving customers means for policies: who gets which service, care or discount with either version."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from zhike.classification.policies.kinds import FieldType, PolicyKind, policy_kinds
from zhike.classification.policies.queries import read_book
from zhike.classification.policies.words import say_value

from .flow import Band


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class with both versions: customers and their revenue, minor units."""

    band: Band
    before: int
    after: int
    revenue_before: int
    revenue_after: int
    share_before: float
    share_after: float

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class PolicyStake:
    """A policy of a class. For discounts, what they may come to over the revenue of the window; None for others."""

    label: object
    words: str
    row: ClassRow
    stake_before: int | None
    stake_after: int | None

    @property
    def change(self) -> int:
        return self.row.after - self.row.before


def list_stakes(rows: Sequence[ClassRow]) -> list[PolicyStake]:
    """Return the policies in force of the classes, kind by kind, in the order of the classes."""
    book = read_book()
    found = []
    for kind in policy_kinds:
        for row in rows:
            policy = book.of_class(row.band.key).get(kind.key) if row.band.key else None
            if policy is not None:
                share = _share(kind, policy.value)
                stakes = [None if share is None else int(share * one / 100) for one in _revenues(row)]
                found.append(PolicyStake(kind.label, say_value(kind, policy.value, book.names), row, *stakes))
    return found


def _share(kind: PolicyKind, value: Any) -> Decimal | None:
    """Return the percent of a policy on prices; None where it has none."""
    percent = next((one.key for one in kind.fields if one.type is FieldType.PERCENT), "") if kind.is_price else ""
    return Decimal(str(value[percent])) if percent and value.get(percent) else None


def _revenues(row: ClassRow) -> tuple[int, int]:
    return row.revenue_before, row.revenue_after
