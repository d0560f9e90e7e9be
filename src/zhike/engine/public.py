"""The engine's door: metrics, scores and classes from facts, and the rule language. No Django here."""

from zhike.engine.errors import EngineBusy, NothingComputed, RuleWrong, SchemeCircle, SchemeWrong
from zhike.engine.preview import Preview, preview
from zhike.engine.result import Result
from zhike.engine.rules.ast import (
    AllOf,
    AnyOf,
    Condition,
    InClass,
    NotARule,
    NotOf,
    Op,
    Rule,
    leaves,
    rule_from_json,
    rule_to_json,
    scheme_ids,
    trait_keys,
)
from zhike.engine.rules.check import Problem, check_rule, refuse_wrong_rule
from zhike.engine.rules.compile import compile_rule
from zhike.engine.rules.explain import Explained, explain
from zhike.engine.rules.traits import OPS, Form, Trait, TraitType, traits
from zhike.engine.run import classify
from zhike.engine.schemes import (
    DEFAULTS,
    LIFECYCLE_KEYS,
    RFM_SEGMENTS,
    VALUE_TIER_KEYS,
    ClassSpec,
    SchemeSpec,
    check_scheme,
)
from zhike.engine.simulating import Cell, Month, MonthSide, Simulated, months_before, simulate
from zhike.engine.store.store import Store
from zhike.engine.work import METRICS

__all__ = [
    "DEFAULTS",
    "LIFECYCLE_KEYS",
    "METRICS",
    "OPS",
    "RFM_SEGMENTS",
    "VALUE_TIER_KEYS",
    "AllOf",
    "AnyOf",
    "Cell",
    "ClassSpec",
    "Condition",
    "EngineBusy",
    "Explained",
    "Form",
    "InClass",
    "Month",
    "MonthSide",
    "NotARule",
    "NotOf",
    "NothingComputed",
    "Op",
    "Preview",
    "Problem",
    "Result",
    "Rule",
    "RuleWrong",
    "SchemeCircle",
    "SchemeSpec",
    "SchemeWrong",
    "Simulated",
    "Store",
    "Trait",
    "TraitType",
    "check_rule",
    "check_scheme",
    "classify",
    "compile_rule",
    "explain",
    "leaves",
    "months_before",
    "preview",
    "refuse_wrong_rule",
    "rule_from_json",
    "rule_to_json",
    "scheme_ids",
    "simulate",
    "trait_keys",
    "traits",
]
