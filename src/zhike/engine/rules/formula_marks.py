"""Which formulas rules ask for, as texts: a formula may be another tomorrow, under the same name."""

from collections.abc import Iterable

from zhike.engine.rules.ast import Rule, trait_keys
from zhike.engine.rules.formulas import Formula
from zhike.engine.rules.traits import traits


def all_formulas() -> tuple[tuple[str, Formula], ...]:
    """Return every formula that a rule may ask for, with its trait."""
    return tuple((one.key, one.formula) for one in traits if one.formula)


def formulas_asked(rules: Iterable[Rule]) -> dict[str, str]:
    """Return trait → what it computes, for every formula among the traits that rules ask for."""
    keys = dict.fromkeys(key for rule in rules for key in trait_keys(rule))
    found = ((key, traits.get(key)) for key in sorted(keys))
    return {key: repr(trait.formula) for key, trait in found if trait and trait.formula}
