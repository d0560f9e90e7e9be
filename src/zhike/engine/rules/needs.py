"""What rules ask for beyond a customer's own columns: measures of facts, classes on record, stays in a class.

Each need is a column (or two) that a joined query gives; the compiler compares those columns. Equal needs of several
leaves share one column: "at least 3" and "at least 5" of the same happening are one measure.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from zhike.engine.datasets import FINDING_TYPES
from zhike.engine.rules.ast import (
    Bucket,
    Condition,
    Did,
    Happening,
    InClass,
    Leaf,
    Measured,
    Op,
    Rule,
    Sequence,
    Unit,
    is_ratio,
    leaves,
)
from zhike.engine.rules.document import rule_key

PRODUCT_PROPERTIES = {"product": "sku", "category": "category"}  # of a fact → the product's column


@dataclass(frozen=True, slots=True)
class Needs:
    """`measures` of facts, `held` schemes whose classes come from the record, `stays`, `findings` of models."""

    measures: tuple[Did | Sequence, ...] = ()
    held: tuple[int, ...] = ()
    stays: tuple[InClass, ...] = ()
    findings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.measures or self.held or self.stays or self.findings)

    @property
    def asks_record(self) -> bool:
        """Whether something is asked of PostgreSQL, beyond what the mirror holds: it may change between two runs."""
        return bool(self.asks_products or self.held or self.stays or self.findings)

    @property
    def asks_products(self) -> bool:
        """Whether a measure tests what the facts' products are."""
        tests = [test for one in self.measures for end in _happenings(one) for test in end.where]
        return any(test.property in PRODUCT_PROPERTIES for test in tests)

    @property
    def counts_hours(self) -> bool:
        """Whether a measure counts in hours: then it may be another within the day, by time alone."""
        return any(one.window.last and one.window.unit is Unit.HOUR for one in self.measures)

    @property
    def columns(self) -> dict[str, str]:
        """The columns that the joined queries give, with a type that their nothing has."""
        found = {name: _type(one) for one in self.measures for name in measure_columns(one)}
        found |= {f"class_{one}": "INTEGER" for one in self.held}
        found |= {need_column(one): "BOOLEAN" for one in self.stays}
        return found | {one: FINDING_TYPES[one] for one in self.findings}


def _happenings(leaf: Did | Sequence) -> tuple[Happening, ...]:
    return (leaf.happening,) if isinstance(leaf, Did) else (leaf.first, leaf.then)


def _type(leaf: Did | Sequence) -> str:
    if isinstance(leaf, Sequence):
        return "BOOLEAN"
    return "TIMESTAMP" if leaf.measured in (Measured.FIRST, Measured.LAST) else "BIGINT"


def find_needs(rules: Iterable[Rule], *, computed: Collection[int] = ()) -> Needs:
    """Return what the rules need; classes of `computed` schemes are columns already."""
    measures: dict[Did | Sequence, None] = {}
    held: dict[int, None] = {}
    stays: dict[InClass, None] = {}
    findings: dict[str, None] = {}
    for rule in rules:
        for _, leaf in leaves(rule):
            match leaf:
                case Did() | Sequence():
                    measures[bare(leaf)] = None
                case InClass():
                    if leaf.scheme_id not in computed:
                        held[leaf.scheme_id] = None
                    if leaf.days:
                        stays[leaf] = None
                case Condition() if leaf.trait in FINDING_TYPES:
                    findings[leaf.trait] = None
    return Needs(tuple(measures), tuple(held), tuple(stays), tuple(findings))


def bare(leaf: Did | Sequence) -> Did | Sequence:
    """Return a leaf without how it is compared: what is measured."""
    return replace(leaf, op=Op.GE, value=None) if isinstance(leaf, Did) else leaf


def need_column(leaf: Leaf) -> str:
    """Return the name of the column that holds what a leaf compares."""
    if isinstance(leaf, Condition | Bucket):
        raise TypeError(f"needs no column: {leaf!r}")
    return "m_" + rule_key(bare(leaf) if isinstance(leaf, Did | Sequence) else leaf)


def measure_columns(leaf: Did | Sequence) -> list[str]:
    """Return the columns of a measure: of an average a sum and, with the ending `_n`, a count; of a trend or share
    what stands above the line and, with the same ending, what stands below it.
    """
    name = need_column(leaf)
    two = isinstance(leaf, Did) and (leaf.measured is Measured.AVERAGE or is_ratio(leaf))
    return [name, f"{name}_n"] if two else [name]
